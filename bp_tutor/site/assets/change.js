/* Changing the exercise: numbers by slider, by typing, and by dragging them in the picture; the
 * activations and the loss; the numbers of a seed; all as a link or a file. */
const Change = (() => {
  const panel = find("#change");
  const said = find("#change-said");
  const resetting = find("#change-reset");
  const KINDS = ["inputs", "targets", "weights", "biases", "learning_rate", "values", "given"];
  const SPAN = 2;
  /* The values that were sent last, and those that wait for an answer. */
  const state = { numbers: new Map(), choices: new Map(), changes: {}, first: {} };
  let busy = false;
  let next = null;

  const listeners = [];
  const tell = (text, wrong = false) => {
    said.textContent = text;
    said.classList.toggle("wrong", wrong);
    listeners.forEach((listener) => listener(text, wrong));
  };

  const own = () => {
    const found = {};
    for (const [key, { value, first }] of state.numbers) if (value !== first) found[key] = value;
    return found;
  };
  const names = () => {
    const found = {};
    for (const [key, { value, first }] of state.choices) if (value !== first) found[key] = value;
    return found;
  };
  /* What was put in and not sent yet; one answer is waited for at a time, and then only the newest
   * numbers are sent: frames are dropped, never queued. */
  const fresh = { numbers: {}, choices: {} };
  const QUIET = 250;
  let quiet = null;

  const send = async () => {
    clearTimeout(quiet);
    if (busy) {
      next = true;
      return;
    }
    busy = true;
    root.dataset.busy = "yes";
    do {
      next = null;
      const { numbers, choices } = fresh;
      Object.assign(fresh, { numbers: {}, choices: {} });
      const began = performance.now();
      try {
        Page.take(await ask("change", { numbers, choices }));
        root.dataset.took = String(Math.round(performance.now() - began));
        tell(accept());
        remember();
      } catch (error) {
        refuse(error, numbers, choices);
      }
    } while (next);
    busy = false;
    resetting.disabled = !Object.keys({ ...own(), ...names() }).length;
    quiet = setTimeout(settle, QUIET);
  };

  const ask = (name, values = {}) =>
    Engine.call(name, { form: State.form, digits: State.digits, ...values });

  /* Everything, checked, once the numbers stand still. */
  const settle = async () => {
    if (busy) return;
    busy = true;
    const { digits } = State;
    try {
      Page.take(await ask("settle"));
    } catch (error) {
      tell(error.message, true);
    }
    busy = false;
    if (next) send();
    else if (digits !== State.digits) settle();
    else delete root.dataset.busy;
  };

  /* What cannot be goes back to what it was, and is said. */
  const accepted = { numbers: {}, choices: {} };
  const refuse = (error, numbers, choices) => {
    // Where it stands in the file is nothing to a reader of the page.
    const places = error.places || [];
    const changed = Object.keys(numbers).map((key) => state.numbers.get(key));
    const half = changed.length > 0 && changed.every(({ typing }) => typing);
    if (!half) tell(places.length ? places.map(([said_of]) => said_of).join(" ") : error.message, true);
    for (const one of changed) {
      one.value = accepted.numbers[one.key] || one.first;
      show(one);
      if (!half) mark(one);
    }
    for (const key of Object.keys(choices)) {
      const one = state.choices.get(key);
      one.value = accepted.choices[key] || one.first;
      one.select.value = one.value;
    }
  };

  const accept = () => {
    Object.assign(accepted, { numbers: own(), choices: names() });
    const count = Object.keys({ ...own(), ...names() }).length;
    return count ? say("site.changed", { count }) : "";
  };

  /* A field follows what is typed in it as soon as that is a number. Of what is half typed nothing
   * is said until it is left or entered. */
  const HALF = /[.,]$/;
  const follow = (field, key) => {
    const take = (typing) => {
      const one = state.numbers.get(key);
      const text = field.value.trim();
      if (!one) return;
      one.typing = typing;
      if (Predict.read(text) && !(typing && HALF.test(text))) {
        show(one);
        set(key, plain(text));
      } else if (!typing && text) {
        mark(one);
        tell(say("unread"), true);
      } else if (!typing) show(one);
    };
    field.addEventListener("input", () => take(true));
    field.addEventListener("change", () => take(false));
    field.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter") take(false);
    });
  };

  /* A number as somebody types it, with the signs of a file. */
  const plain = (text) => text.trim().normalize("NFKC").replace(/[−–]/g, "-").replace(",", ".");

  /* Puts in several numbers at once. */
  const put = (numbers) => {
    for (const [key, text] of Object.entries(numbers)) {
      const one = state.numbers.get(key);
      if (!one || one.value === text) continue;
      one.value = text;
      fresh.numbers[key] = text;
      show(one);
    }
    send();
  };
  const set = (key, text) => {
    const one = state.numbers.get(key);
    if (one && one.value !== text) put({ [key]: text });
  };
  /* A number with its name, as it is now; nothing where there is none. */
  const found = (key) => state.numbers.get(key);

  const rounded = (value, step) => {
    const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    const text = value.toFixed(digits);
    return Number(text) === 0 ? "0" : text;
  };
  /* How far one step of the slider goes: a tenth of the size of the number, a power of ten. */
  const stepOf = (text) => {
    const size = Math.abs(Number(text)) || 1;
    const typed = (text.split(".")[1] || "").length;
    return 10 ** Math.min(Math.floor(Math.log10(size)) - 1, -1, -typed);
  };

  const show = (one) => {
    if (one.field !== document.activeElement) one.field.value = one.value.replace("-", "−");
    // A number beyond the slider's ends moves them, for as long as it stands there.
    const value = Number(one.value);
    one.slider.min = Math.min(one.low, value);
    one.slider.max = Math.max(one.high, value);
    one.slider.value = one.value;
    one.row.classList.toggle("own", one.value !== one.first);
    one.field.classList.remove("wrong");
    one.field.removeAttribute("aria-invalid");
  };
  const mark = (one) => {
    one.field.classList.add("wrong");
    one.field.setAttribute("aria-invalid", "true");
  };

  const row = (found) => {
    const label = make("label", {}, found.name);
    const field = make("input", {
      type: "text", inputmode: "text", autocomplete: "off", maxlength: "40", "aria-label": found.name,
      "data-number": found.key,
    });
    const size = Math.max(SPAN, 2 * Math.abs(Number(found.value)));
    const step = stepOf(found.value);
    const slider = make("input", {
      type: "range", min: found.role === "learning_rate" ? 0 : -size, max: size, step: Math.min(step, 0.1),
      "data-slide": found.key,
    });
    const line = make("div", { class: "number" }, label, slider, field);
    const one = { ...found, first: found.value, field, slider, row: line, step,
      low: Number(slider.min), high: Number(slider.max) };
    slider.addEventListener("input", () => set(found.key, rounded(Number(slider.value), Math.min(step, 0.1))));
    follow(field, found.key);
    slider.addEventListener("keydown", (event) => event.stopPropagation());
    return one;
  };

  const relabel = () => {
    for (const each of all("[data-say]", panel)) {
      each.textContent = say(each.dataset.say, { layer: each.dataset.layer });
    }
    for (const { slider, name } of state.numbers.values()) {
      slider.setAttribute("aria-label", say("site.slider", { name }));
    }
  };

  const list = (found) => {
    state.numbers.clear();
    state.choices.clear();
    const groups = KINDS.map((role) => [role, found.numbers.filter((each) => each.role === role)]);
    find("#change-numbers").replaceChildren(...groups.filter(([, some]) => some.length)
      .flatMap(([role, some]) => {
        const rows = some.map(row);
        rows.forEach((one) => {
          state.numbers.set(one.key, one);
          show(one);
        });
        return [make("h3", { "data-say": `site.group_${role}` }),
          make("div", { class: "group" }, ...rows.map((one) => one.row))];
      }));
    find("#change-choices").replaceChildren(...found.choices.map((each) => {
      const [kind, layer] = each.key.split(" ");
      const select = make("select", { "data-choice": each.key }, ...each.names.map(([name, title]) => {
        const option = make("option", { value: name }, title);
        option.selected = name === each.value;
        return option;
      }));
      const one = { ...each, first: each.value, select };
      state.choices.set(each.key, one);
      select.addEventListener("change", () => {
        one.value = select.value;
        fresh.choices[each.key] = one.value;
        send();
      });
      const label = make("span", { "data-say": `site.choice_${kind}`, "data-layer": layer || "" });
      return make("label", {}, label, " ", select);
    }));
    relabel();
    Object.assign(accepted, { numbers: {}, choices: {} });
    handles();
  };

  /* Numbers in the picture that can be dragged. */
  const handles = () => {
    for (const label of all("#net text[data-key], #net .hit")) {
      label.classList.toggle("handle", state.numbers.has(label.dataset.key));
    }
  };
  const PIXELS = 6;
  let drag = null;
  const net = find("#net");
  net.addEventListener("pointerdown", (event) => {
    const label = event.target.closest(".handle");
    if (!label || event.button) return;
    const one = state.numbers.get(label.dataset.key);
    drag = { one, from: event.clientX, value: Number(one.value), step: one.step, moved: false, id: event.pointerId };
    net.setPointerCapture(event.pointerId);
  });
  net.addEventListener("pointermove", (event) => {
    if (!drag || event.pointerId !== drag.id) return;
    const steps = Math.round((event.clientX - drag.from) / PIXELS);
    if (!steps && !drag.moved) return;
    drag.moved = true;
    Pointing.clear();
    event.preventDefault();
    const step = Math.min(drag.step, 0.1);
    set(drag.one.key, rounded(drag.value + steps * step, step));
  });
  const drop = (event) => {
    if (drag && event.pointerId === drag.id) {
      if (drag.moved) net.addEventListener("click", (click) => click.stopPropagation(), { capture: true, once: true });
      drag = null;
    }
  };
  net.addEventListener("pointerup", drop);
  net.addEventListener("pointercancel", drop);

  /* What differs from the file, in the address: `#w=W[1,1,1]=0.7;…`. */
  const remember = () => {
    const found = Object.entries({ ...own(), ...names() });
    const text = found.map(([key, value]) => `${key}=${value}`).join(";");
    Player.addressed("w", text);
    // What this reader put in is put in again after a reload, without a question.
    Memory.set(KEPT, text);
  };

  /* The numbers of a link: they are shown before they are put in. */
  const KEPT = `${location.pathname} w`;
  const inAddress = (address) => new URLSearchParams(new URL(address).hash.slice(1)).get("w") || "";
  const linked = (text) => {
    const pairs = text.slice(0, 20000).split(";").map((pair) => {
      const place = pair.lastIndexOf("=");
      return [pair.slice(0, place), pair.slice(place + 1)];
    });
    return pairs.filter(([key, value]) => {
      const one = state.numbers.get(key) || state.choices.get(key);
      return one && value !== one.value && value.length <= 40;
    });
  };
  const take = (found) => {
    for (const [key, value] of found) {
      const one = state.numbers.get(key);
      if (one) set(key, value);
      else {
        const choice = state.choices.get(key);
        choice.select.value = value;
        choice.select.dispatchEvent(new Event("change"));
      }
    }
  };
  const offer = (text) => {
    const found = linked(text);
    if (!found.length) {
      tell("");
      return;
    }
    if (Memory.get(KEPT) === text) {
      take(found);
      return;
    }
    const names_of = found.map(([key, value]) =>
      `${(state.numbers.get(key) || { name: key }).name} = ${value}`).join(", ");
    const yes = make("button", { type: "button" }, say("site.take"));
    const no = make("button", { type: "button" }, say("site.leave"));
    said.replaceChildren(say("site.link_waits", { numbers: names_of }), " ", yes, " ", no);
    yes.addEventListener("click", () => take(found));
    no.addEventListener("click", () => {
      tell("");
      remember();
    });
    Tools.open("change");
    yes.focus();
  };

  /* A link that is opened where the exercise stands already. */
  addEventListener("hashchange", ({ newURL }) => {
    if (root.dataset.open && inAddress(newURL)) offer(inAddress(newURL));
  });

  resetting.addEventListener("click", () => {
    for (const one of state.numbers.values()) set(one.key, one.first);
    for (const one of state.choices.values()) {
      if (one.value === one.first) continue;
      one.select.value = one.first;
      one.select.dispatchEvent(new Event("change"));
    }
  });
  find("#change-share").addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(location.href);
      tell(say("site.shared"));
    } catch {
      tell(location.href);
    }
  });
  find("#change-save").addEventListener("click", async () => {
    const { text, name } = await Engine.call("text");
    Page.save(`${name}.yaml`, text, "application/yaml");
  });
  find("#change-seed").addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = find("#change-seed-number").value.trim();
    try {
      if (!/^\d+$/.test(text)) throw new Error(say("unread"));
      const drawn = await ask("seed", { seed: Number(text) });
      Page.take(drawn);
      for (const { key, value } of drawn.numbers) {
        const one = state.numbers.get(key);
        one.value = value;
        show(one);
      }
      tell(accept());
      remember();
      resetting.disabled = false;
    } catch (error) {
      tell(error.message, true);
    }
  });

  Engine.recalling(() => [
    ["open", { text: Site.text, name: Site.name }],
    ["change", { numbers: accepted.numbers, choices: accepted.choices }],
  ]);
  Engine.changed(async (found) => {
    if (found !== "ready" || state.numbers.size) return;
    try {
      list(await Engine.call("open", { text: Site.text, name: Site.name }));
      // The page has all of this; now the program knows that as well.
      await ask("settle");
      root.dataset.open = "yes";
      offer(inAddress(location.href));
    } catch (error) {
      tell(error.message, true);
    }
  });
  State.changed((what) => {
    if (what === "data") handles();
    // The lines have these digits at once; the picture is drawn anew with room for them.
    if (what === "digits" && state.numbers.size) settle();
    if (what === "language" && state.numbers.size) {
      relabel();
      if (!find("button", said)) tell(accept());
    }
    // That a link brings numbers is said at once; they wait for the program.
    if (what === "start" && inAddress(location.href) && ["starting", "ready"].includes(Engine.state)) {
      Tools.open("change");
      tell(say("site.link_loading"));
    }
  });
  return { put, follow, found, told: (listener) => listeners.push(listener) };
})();
