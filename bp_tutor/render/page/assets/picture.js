/* The picture at the step that is shown: what is known has its number, what the step works out
 * and what it uses is marked, and labels that share a place take turns. */
const Picture = (() => {
  const figure = find("#net");
  // A picture that would be too small to read is scrolled instead, to where the step is.
  const svg = find("svg", figure);
  if (svg.viewBox.baseVal.width > 900) svg.style.minWidth = `${0.85 * svg.viewBox.baseVal.width}px`;
  const shapes = all("[data-key]", figure).map((element) => ({
    element,
    keys: element.getAttribute("data-key").split(" "),
    label: element.localName === "text",
    place: element.getAttribute("data-place") || "",
    symbol: find(".symbol", element),
    number: find(".number", element),
    equals: find(".equals", element),
    marker: element.hasAttribute("marker-end"),
  }));
  const places = new Map();
  for (const shape of shapes) {
    if (!shape.label) continue;
    if (!places.has(shape.place)) places.set(shape.place, []);
    places.get(shape.place).push(shape);
  }
  const STATES = ["gives", "used", "known", "unknown", "forward", "backward", "update"];

  const stateOf = (keys, gives, uses) => {
    if (keys.some((key) => gives.has(key))) return "gives";
    if (keys.some((key) => uses.has(key))) return "used";
    return keys.some((key) => State.isKnown(key)) ? "known" : "unknown";
  };

  /* Roles of labels that stand there as symbols before their number is known. */
  const WAITING = ["value", "weight", "loss"];
  const waits = (shape) => WAITING.some((role) => shape.element.classList.contains(role));
  const ofSample = (labels, sample) => {
    const found = labels.filter(({ keys: [key] }) => key.endsWith(sample));
    return found.length ? found : labels;
  };

  /* The sample that a step speaks of, `@2`; the first where it speaks of none or of several. */
  const sampleOf = (...sets) => {
    for (const keys of sets) {
      const found = new Set([...keys].filter((key) => key.includes("@"))
        .map((key) => key.slice(key.indexOf("@"))));
      if (found.size === 1) return [...found][0];
    }
    return "@1";
  };

  /* Of the labels of one place: the one that is looked at, else the latest that is known of the
   * sample in hand. */
  const turn = (labels, gives, uses) => {
    const sample = sampleOf(gives, uses);
    for (const active of [gives, uses]) {
      const found = labels.filter(({ keys: [key] }) => active.has(key));
      if (found.length) return ofSample(found, sample)[0];
    }
    const mine = ofSample(labels, sample);
    const known = mine.filter(({ keys: [key] }) => State.isKnown(key));
    if (known.length) return known.pop();
    return waits(mine[0]) ? mine[0] : null;
  };

  const write = (shape, hidden) => {
    const [key] = shape.keys;
    const number = State.isKnown(key) ? State.shown(key) : null;
    if (shape.number) {
      const text = number ? (hidden(key) ? "?" : Numbers.text(number)) : "";
      shape.number.textContent = text;
      if (shape.equals) shape.equals.textContent = number ? " = " : "";
      else shape.symbol.textContent = number ? "" : shape.symbol.dataset.text;
    }
  };

  for (const { symbol } of shapes) if (symbol) symbol.dataset.text = symbol.textContent;
  all("title", figure).forEach((title) => title.remove());

  const draw = () => {
    const step = State.step();
    const gives = new Set(step ? step.gives : []);
    const uses = new Set(step ? step.uses : []);
    figure.dataset.direction = State.direction;
    figure.classList.toggle("back", State.back);
    const shownAt = new Map();
    for (const [place, several] of places) shownAt.set(place, turn(several, gives, uses));
    for (const shape of shapes) {
      const { element } = shape;
      const now = stateOf(shape.keys, gives, uses);
      element.classList.remove(...STATES);
      element.classList.add(now);
      const lit = now === "gives" || now === "used";
      if (lit) element.classList.add(State.direction);
      if (shape.label) {
        const there = shownAt.get(shape.place) === shape;
        // A line works out one value; a table of all would need all crowded labels at once.
        const crowded = element.classList.contains("crowded") && !(lit && gives.size === 1);
        element.classList.toggle("away", !there || crowded);
        if (there) write(shape, Predict.hides);
      } else if (element.localName === "polyline") point(element, lit, shape);
    }
    centre();
  };

  /* On a narrow screen, where the picture is wider: what the step is about comes into view. */
  const centre = () => {
    const active = find("rect.gives, text.gives", figure);
    if (!active || figure.scrollWidth <= figure.clientWidth + 1) return;
    const box = active.getBoundingClientRect();
    const middle = box.left + box.width / 2 - figure.getBoundingClientRect().left;
    const left = figure.scrollLeft + middle - figure.clientWidth / 2;
    figure.scrollTo({ left, behavior: calm.matches ? "auto" : "smooth" });
  };

  const point = (element, lit, shape) => {
    if (!shape.marker) return;
    const name = lit ? State.direction : "plain";
    const back = name === "backward";
    element.setAttribute(back ? "marker-start" : "marker-end", `url(#arrow-${name})`);
    element.removeAttribute(back ? "marker-end" : "marker-start");
  };

  /* Marks everything that stands for a value, in the picture and in the lines. */
  const pointOut = (key, on) => {
    for (const { element, keys } of shapes) {
      if (keys.includes(key)) element.classList.toggle("pointed", on);
    }
  };

  State.changed(draw);
  return { draw, pointOut, figure };
})();
