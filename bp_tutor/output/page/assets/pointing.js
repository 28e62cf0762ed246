/* Pointing at a symbol, or reaching it with the Tab key, shows its value and lights it up
 * everywhere: in the lines, in the current step and in the picture; and the other way round. */
const Pointing = (() => {
  const tip = find("#tip");
  let pointed = [];

  const keysOf = (element) => (element.dataset.key || element.getAttribute("data-key")).split(" ");

  const show = (element, x, y) => {
    const keys = keysOf(element);
    clear();
    const update = element.closest("[data-run]")
      ? Number(element.closest("[data-run]").dataset.run) : State.update;
    const rows = keys.slice(0, 8).map((key) => row(key, update)).filter(Boolean);
    if (!rows.length) return;
    pointed = keys;
    light(true);
    tip.replaceChildren(...rows);
    tip.hidden = false;
    const width = tip.offsetWidth;
    const height = tip.offsetHeight;
    tip.style.left = `${Math.max(4, Math.min(x + 12, innerWidth - width - 8))}px`;
    tip.style.top = `${y + 18 + height > innerHeight ? Math.max(4, y - height - 12) : y + 18}px`;
  };

  /* `Z₂₁ = 0.6803`, or that it is not calculated yet; an array says only what it is. */
  const nameOf = (key) => (names.has(key)
    ? names.get(key).cloneNode(true) : Picture.symbolOf(key) || key);

  const row = (key, update) => {
    const symbol = names.get(key);
    const number = State.shown(key, update);
    if (!number && !symbol) return null;
    const found = make("div", {}, nameOf(key));
    if (!number) return found;
    const known = update !== State.update ? update < State.update : State.isKnown(key);
    const hidden = !known || Predict.hides(key);
    found.append(hidden ? ` ${say("unknown_yet")}` : ` = ${Shown.line(number)}`);
    return found;
  };

  /* How each value is written, taken from the lines themselves. */
  const names = new Map();
  const isName = (element) => !/^(mn)$/.test(element.localName)
    && !(element.firstElementChild && element.firstElementChild.localName === "mn");
  const learn = () => {
    for (const element of all("#derivation [data-key]")) {
      const key = element.dataset.key;
      if (names.has(key) || !isName(element)) continue;
      const math = document.createElementNS(element.namespaceURI, "math");
      math.append(element.cloneNode(true));
      names.set(key, math);
    }
  };
  learn();

  const light = (on) => {
    for (const key of pointed) {
      Picture.pointOut(key, on);
      for (const element of all(`math [data-key="${CSS.escape(key)}"]`)) {
        element.classList.toggle("pointed", on);
      }
    }
  };

  const clear = () => {
    light(false);
    pointed = [];
    tip.hidden = true;
  };

  const at = (event) => event.target.closest && event.target.closest("[data-key]");
  document.addEventListener("pointerover", (event) => {
    const element = at(event);
    if (element) show(element, event.clientX, event.clientY);
    else if (!tip.hidden) clear();
  });
  document.addEventListener("focusin", (event) => {
    const element = at(event);
    if (!element || !element.matches(":focus-visible")) return;
    const box = element.getBoundingClientRect();
    show(element, box.left, box.bottom - 12);
  });
  document.addEventListener("focusout", clear);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") clear();
  });
  addEventListener("scroll", () => tip.hidden || clear(), { passive: true, capture: true });

  /* A click on a value in the picture goes to the line that works it out. */
  Picture.figure.addEventListener("click", (event) => {
    const element = at(event);
    if (!element) return;
    const keys = keysOf(element);
    const order = State.steps().map((step, index) => ({ step, number: index + 1 }))
      .filter(({ step }) => step.update === State.update
        && step.gives.some((key) => keys.includes(key)));
    if (!order.length) return;
    const next = order.find(({ number }) => number > State.place) || order[0];
    Player.stop();
    Predict.jump(next.number);
  });

  State.changed((what) => {
    clear();
    if (what === "data") learn();
  });
  return { show, clear, nameOf };
})();
