/* Playing forward and back, single steps, jumps, speed, keys, and the step in the address. */
const Player = (() => {
  const slider = find("#slider");
  const counter = find("#counter");
  const speed = find("#speed");
  const live = find("#live");
  const phases = find("#phases");
  const buttons = {
    first: find("#first"), back: find("#back"), backward: find("#backward"),
    forward: find("#forward"), play: find("#play"), last: find("#last"),
  };
  const PAUSE = 1600;
  let timer = null;
  let way = 0;
  let begun = false;

  const announce = (text) => {
    live.textContent = text;
  };

  const stop = () => {
    clearTimeout(timer);
    timer = null;
    way = 0;
    draw();
  };

  const tick = () => {
    const went = way > 0 ? Predict.forward() : State.place > 0 && (State.go(State.place - 1), true);
    if (!went) {
      stop();
      return;
    }
    timer = setTimeout(tick, PAUSE / Number(speed.value));
  };

  /* Plays one way; the same button again pauses. At the end it starts over. */
  const play = (direction) => {
    if (way === direction) {
      stop();
      return;
    }
    stop();
    if (direction > 0 && State.place === State.steps().length) Predict.jump(0);
    if (direction < 0 && State.place === 0) return;
    way = direction;
    tick();
    draw();
  };

  const one = (direction) => {
    stop();
    if (direction > 0) {
      if (Predict.forward()) Card.takeUp();
      else if (Predict.hidden(State.place)) Card.askAgain();
    } else State.go(State.place - 1);
  };

  /* The first step of each phase of each update. */
  const starts = () => State.steps().flatMap((step, index, steps) => {
    const before = steps[index - 1];
    const same = before && before.phase === step.phase && before.update === step.update;
    return same ? [] : [{ phase: step.phase, update: step.update, number: index + 1 }];
  });

  const jumpPhase = (direction) => {
    stop();
    const found = starts().map((start) => start.number);
    const target = direction > 0
      ? found.find((number) => number > State.place) || State.steps().length
      : found.filter((number) => number < State.place).pop() || 0;
    Predict.jump(target);
  };

  const listPhases = () => {
    const many = new Set(State.steps().map((step) => step.update)).size > 1;
    const chips = starts().map((start) => {
      const name = say(`phase_${start.phase}`);
      const label = many ? `${start.update - 1 + data.first}: ${name}` : name;
      const chip = make("button", { type: "button", "data-phase": start.phase }, label);
      chip.dataset.number = start.number;
      chip.addEventListener("click", () => {
        stop();
        Predict.jump(start.number);
      });
      return chip;
    });
    phases.replaceChildren(...chips);
    markPhase();
  };

  const markPhase = () => {
    const chips = all("button", phases);
    const current = chips.filter((chip) => Number(chip.dataset.number) <= State.place).pop();
    for (const chip of chips) {
      if (chip === current) chip.setAttribute("aria-current", "true");
      else chip.removeAttribute("aria-current");
    }
    beforeDrawing(showPhase);
  };

  const showPhase = () => {
    const current = find("[aria-current]", phases);
    if (current && phases.scrollWidth > phases.clientWidth) {
      phases.scrollLeft = current.offsetLeft - phases.offsetLeft - 40;
    }
  };

  const draw = () => {
    const count = State.steps().length;
    slider.max = count;
    slider.value = State.place;
    slider.setAttribute("aria-valuetext", say("where", { step: State.place, count }));
    counter.textContent = `${State.place} / ${count}`;
    buttons.first.disabled = buttons.backward.disabled = State.place === 0;
    buttons.last.disabled = State.place === count && way === 0;
    press(buttons.play, way > 0, way > 0 ? "pause" : "play");
    press(buttons.back, way < 0, way < 0 ? "pause" : "play_back");
    root.classList.toggle("playing", way !== 0);
  };

  const press = (button, pressed, key) => {
    button.setAttribute("aria-pressed", String(pressed));
    button.dataset.label = key;
    button.setAttribute("aria-label", say(key));
    button.title = say(key);
  };

  /* Says the step to a screen reader, unless steps go by faster than anybody can listen. */
  const tell = () => {
    const step = State.step();
    if (!step || (way !== 0 && Number(speed.value) > 1)) return;
    const hidden = Predict.hidden(State.place);
    const values = hidden ? [] : step.gives.slice(0, 4).map((key) => {
      const number = State.shown(key);
      return number ? `${key} = ${Shown.line(number)}` : key;
    });
    announce([say("where", { step: State.place, count: State.steps().length }), titleOf(step),
      ...values].join(". "));
  };

  const address = () => {
    const found = new URLSearchParams(location.hash.slice(1));
    for (const [name, form] of [["step", "index"], ["matrix", "matrix"]]) {
      const number = Number(found.get(name));
      if (found.has(name) && Number.isInteger(number)) return { form, number };
    }
    return null;
  };

  const read = () => {
    begun = true;
    const found = address();
    if (!found || !State.steps(found.form).length) return;
    State.setForm(found.form);
    if (found.number !== State.place) Predict.jump(found.number);
  };

  /* What else the address says: other numbers, for one. */
  const OWN = ["step", "matrix", "lang"];
  const more = new Map([...new URLSearchParams(location.hash.slice(1))]
    .filter(([name]) => !OWN.includes(name))
    .map(([name, text]) => [name, `${name}=${encodeURIComponent(text)}`]));
  const addressed = (name, text) => {
    if (text) more.set(name, `${name}=${encodeURIComponent(text)}`);
    else more.delete(name);
    remember();
  };

  const remember = () => {
    const name = State.form === "index" ? "step" : "matrix";
    const hash = `#${[`${name}=${State.place}`, ...more.values()].join("&")}`;
    if (location.hash === hash || (State.place === 0 && !location.hash && !more.size)) return;
    // Not in the history: going back leaves the page, as everywhere. Some browsers forbid many
    // changes in a short time; then the address stays behind for a moment.
    try {
      history.replaceState(null, "", hash);
    } catch {
      /* The next step tries again. */
    }
  };

  const KEYS = {
    ArrowRight: () => one(1),
    ArrowLeft: () => one(-1),
    Home: () => { stop(); State.go(0); },
    End: () => { stop(); Predict.jump(State.steps().length); },
    PageDown: () => jumpPhase(1),
    PageUp: () => jumpPhase(-1),
    " ": (event) => play(event.shiftKey ? -1 : 1),
    p: () => find("#predicting").click(),
    m: () => find("#form").click(),
    "?": () => find("#help-open").click(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || find("#help").open) return;
    const target = event.target;
    const walking = event.key.startsWith("Arrow") && target.value === "";
    const typing = target.matches("select") || (target.matches("input[type=text]") && !walking);
    const acting = event.key === " " && target.matches("button, a, summary");
    const sliding = target === slider && event.key.startsWith("Page");
    if (typing || acting || sliding || !KEYS[event.key]) return;
    event.preventDefault();
    KEYS[event.key](event);
  });

  buttons.first.addEventListener("click", KEYS.Home);
  buttons.last.addEventListener("click", KEYS.End);
  buttons.backward.addEventListener("click", () => one(-1));
  buttons.forward.addEventListener("click", () => one(1));
  buttons.play.addEventListener("click", () => play(1));
  buttons.back.addEventListener("click", () => play(-1));
  slider.addEventListener("input", () => {
    const number = Number(slider.value);
    stop();
    Predict.jump(number);
  });
  addEventListener("hashchange", read);

  State.changed((what) => {
    if (what === "form" || what === "language" || what === "start" || what === "data") {
      listPhases();
    }
    draw();
    markPhase();
    tell();
    if (begun) beforeDrawing(remember);
  });

  return { stop, play, one, read, announce, jumpPhase, addressed };
})();
