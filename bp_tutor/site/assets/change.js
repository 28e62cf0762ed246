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

  const tell = (text, wrong = false) => {
    said.textContent = text;
    said.classList.toggle("wrong", wrong);
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
  const opening = () => ["open", { text: Site.text, name: Site.name }];

  /* Sends what is new; while an answer is on its way, only the newest waits: frames are dropped. */
  const send = async () => {
    if (busy) {
      next = true;
      return;
    }
    busy = true;
    root.dataset.busy = "yes";
    do {
      next = null;
      const asked = { numbers: own(), choices: names(), form: State.form, digits: State.digits };
      const began = performance.now();
      try {
        const found = await Engine.call("change", asked);
        Page.take(found);
        tell("");
        remember();
      } catch (error) {
        tell(error.message, true);
      }
      root.dataset.took = String(Math.round(performance.now() - began));
    } while (next);
    busy = false;
    delete root.dataset.busy;
    resetting.disabled = !Object.keys({ ...own(), ...names() }).length;
  };

  const set = (key, text) => {
    const one = state.numbers.get(key);
    if (!one || one.value === text) return;
    one.value = text;
    show(one);
    send();
  };

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
    const value = Number(one.value);
    if (value < Number(one.slider.min)) one.slider.min = value;
    if (value > Number(one.slider.max)) one.slider.max = value;
    one.slider.value = one.value;
    one.row.classList.toggle("own", one.value !== one.first);
    one.field.classList.remove("wrong");
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
      "aria-label": say("site.slider", { name: found.name }), "data-slide": found.key,
    });
    const line = make("div", { class: "number" }, label, slider, field);
    const one = { ...found, first: found.value, field, slider, row: line, step };
    slider.addEventListener("input", () => set(found.key, rounded(Number(slider.value), Math.min(step, 0.1))));
    field.addEventListener("change", () => {
      const text = field.value.trim();
      const value = Predict.read(text);
      field.classList.toggle("wrong", !value);
      if (value) set(found.key, text.normalize("NFKC").replace(/[−–]/g, "-").replace(",", "."));
      else tell(say("unread"), true);
    });
    field.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter") field.dispatchEvent(new Event("change"));
    });
    slider.addEventListener("keydown", (event) => event.stopPropagation());
    return one;
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
        return [make("h3", {}, say(`site.group_${role}`)),
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
        send();
      });
      return make("label", {}, say(`site.choice_${kind}`, { layer }), " ", select);
    }));
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

  const remember = () => {
    const found = { ...own(), ...names() };
    const pairs = Object.entries(found).map(([key, value]) => `${key}=${value}`).join(";");
    root.dataset.w = pairs;
  };

  resetting.addEventListener("click", async () => {
    for (const one of state.numbers.values()) {
      one.value = one.first;
      show(one);
    }
    for (const one of state.choices.values()) {
      one.value = one.first;
      one.select.value = one.first;
    }
    send();
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
    const number = Number(find("#change-seed-number").value);
    try {
      if (!Number.isInteger(number) || number < 0) throw new Error(say("unread"));
      const found = await Engine.call("seed", { seed: number, form: State.form, digits: State.digits });
      Page.take(found);
      list(found);
      tell("");
    } catch (error) {
      tell(error.message, true);
    }
  });

  Engine.recalling(() => [opening(), ["change", { numbers: own(), choices: names() }]]);
  Engine.changed(async (found) => {
    if (found !== "ready" || state.numbers.size) return;
    try {
      list(await Engine.call(...opening()));
    } catch (error) {
      tell(error.message, true);
    }
  });
  return { set, handles, own };
})();
