/* The picture at the step that is shown: what is known has its number, what the step works out
 * and what it uses is marked, and labels that share a place take turns. */
const Picture = (() => {
  const figure = find("#net");
  const words = (element, name) => (element.getAttribute(name) || "").split(" ").filter(Boolean);
  const VALUES = ["symbols", "numbers", "both"];
  let values = VALUES.includes(Memory.get("values")) ? Memory.get("values") : "both";
  let shapes = [];
  let places = new Map();

  const shapeOf = (element) => ({
    element,
    keys: words(element, "data-key"),
    // The number of a wire that stands for no value itself.
    wire: element.hasAttribute("data-wire") ? Number(element.dataset.wire) : null,
    // Of the weight of a wire, before each update and after the last.
    strengths: words(element, "data-strengths").map(Number),
    update: Number(element.getAttribute("data-update")),
    label: element.localName === "text",
    place: element.getAttribute("data-place") || element.getAttribute("data-key") || "",
    symbol: find(".symbol", element),
    number: find(".number", element),
    equals: find(".equals", element),
    marker: element.hasAttribute("marker-end"),
  });

  /* The drawing for wide screens and, where that is no narrow one itself, one for narrow screens. */
  let drawings = [];
  let drawing = null;

  /* Labels of the latter come with their symbols alone. */
  const furnish = (label) => {
    const parts = ["symbol", ...(label.matches(".both") ? ["equals"] : []), "number"].map((name) => {
      const part = document.createElementNS(label.namespaceURI, "tspan");
      part.setAttribute("class", name);
      return part;
    });
    parts[0].textContent = label.textContent;
    label.replaceChildren(...parts);
  };

  /* Puts the drawing into the figure that fits; whether it is another one than before. */
  const choose = () => {
    const fitting = drawings.find((each) => Fit.suits(each)) || drawings[drawings.length - 1];
    if (fitting === drawing) return false;
    drawing = fitting;
    figure.replaceChildren(drawing);
    shapes = all("[data-key]:not(.hit), [data-wire], [data-update]", figure).map(shapeOf);
    places = new Map();
    for (const shape of shapes) {
      if (shape.symbol) shape.symbol.dataset.text = shape.symbol.textContent;
      if (!shape.label) continue;
      if (!places.has(shape.place)) places.set(shape.place, []);
      places.get(shape.place).push(shape);
    }
    all("title", figure).forEach((title) => title.remove());
    return true;
  };

  /* Takes what stands in the figure: the drawings as the page came, or those of other numbers. */
  const adopt = () => {
    drawings = all("svg", figure);
    drawings.slice(1).forEach((each) => all("text[data-key]", each).forEach(furnish));
    drawing = null;
    choose();
  };

  /* Another drawing where the room has changed. */
  const refit = () => {
    if (!choose()) return;
    draw();
    figure.dispatchEvent(new CustomEvent("adopted"));
  };

  const MANY = 12;
  const STATES = ["gives", "used", "known", "unknown", "forward", "backward", "update"];

  const stateOf = ({ keys, wire }, gives, uses) => {
    if (wire !== null) return State.step() && State.step().wires.includes(wire) ? "gives" : "";
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

  /* There is room for the digits that the page was made with. */
  const roomFor = () => Math.min(State.digits, data.digits);

  /* The symbol, the number or both, as far as the label has room and the number is known. */
  const write = (shape, hidden) => {
    if (!shape.number) return;
    const [key] = shape.keys;
    const known = State.isKnown(key) ? State.shown(key, State.update, roomFor()) : null;
    const number = values === "symbols" ? null : known;
    const aside = shape.element.classList.contains("aside");
    const both = shape.equals && (values === "both" || aside);
    shape.number.textContent = number ? (hidden(key) ? "?" : Shown.line(number)) : "";
    if (shape.equals) shape.equals.textContent = number && both ? " = " : "";
    shape.symbol.textContent = number && !both ? "" : shape.symbol.dataset.text;
  };

  /* How strong the weight of a wire is by now: its width says it, and gaps that it is negative. */
  const weigh = ({ element, keys, strengths }) => {
    const updated = keys.some((key) => key.includes("'") && State.isKnown(key));
    const now = strengths[Math.min(State.update - 1 + Number(updated), strengths.length - 1)];
    element.classList.remove(...[...element.classList].filter((name) => name.startsWith("weight-")));
    element.classList.add(`weight-${Math.abs(now)}`);
    element.classList.toggle("minus", now < 0);
  };

  const draw = () => {
    const step = State.step();
    // Of a large array that is drawn as a whole, each entry stands for the whole.
    const [gives, uses] = [step ? step.gives : [], step ? step.uses : []]
      .map((keys) => new Set([...keys, ...keys.map(State.arrayOf)]));
    const single = Boolean(step) && step.gives.length === 1;
    figure.dataset.direction = State.direction;
    figure.classList.toggle("many", gives.size > MANY);
    const shownAt = new Map();
    for (const [place, several] of places) shownAt.set(place, turn(several, gives, uses));
    for (const shape of shapes) {
      const { element } = shape;
      const over = shape.update > 0 && shape.update !== State.update;
      const now = over ? "" : stateOf(shape, gives, uses);
      element.classList.remove(...STATES);
      if (now) element.classList.add(now);
      if (shape.update) {
        // Of earlier updates only the way remains; later ones are still to come.
        element.classList.toggle("past", shape.update < State.update);
        element.classList.toggle("away", shape.update > State.update);
      }
      const lit = now === "gives" || now === "used";
      if (lit) element.classList.add(State.direction);
      if (shape.label) {
        const there = shownAt.get(shape.place) === shape;
        // A line works out one value; a table of all would need all crowded labels at once.
        const crowded = element.classList.contains("crowded") && !(lit && single);
        element.classList.toggle("away", !there || crowded);
        if (there) write(shape, Predict.hides);
      } else if (element.localName === "polyline") point(element, lit, shape);
      if (shape.strengths.length) weigh(shape);
    }
    beforeDrawing(centre);
  };

  /* Where the picture is larger than its place: what the step is about comes into view, with
   * what it uses as far as both have room. */
  const centre = () => {
    if (!Fit.larger) return;
    const cells = all("rect.gives:not(.window), text.gives:not(.away)", figure);
    const used = all("rect.used:not(.window), text.used:not(.away)", figure);
    // Of a unit that is not drawn, the wires tell where it would be, or what it is made from.
    const made = [cells, all("polyline.gives:not(.away)", figure), used]
      .find((found) => found.length);
    if (!made) return;
    const from = figure.getBoundingClientRect();
    const middle = (start, end, room) => {
      const span = (elements) => {
        const boxes = elements.map((element) => element.getBoundingClientRect());
        return [Math.min(...boxes.map((box) => box[start])),
          Math.max(...boxes.map((box) => box[end]))];
      };
      const [first, last] = span([...made, ...used]);
      const [low, high] = last - first <= room ? [first, last] : span(made);
      return (low + high) / 2 - from[start] - room / 2;
    };
    figure.scrollTo({
      left: figure.scrollLeft + middle("left", "right", figure.clientWidth),
      top: figure.scrollTop + middle("top", "bottom", figure.clientHeight),
      behavior: calm.matches ? "auto" : "smooth",
    });
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

  /* How a value is written in the picture; empty where it has no place there. */
  const symbolOf = (key) => {
    const found = shapes.find((shape) => shape.label && shape.symbol && shape.keys[0] === key);
    return found ? found.symbol.dataset.text : "";
  };

  /* What labels show: `symbols`, `numbers` or `both`. */
  const show = (name) => {
    values = name;
    Memory.set("values", name);
    draw();
  };

  adopt();
  State.changed(draw);
  addEventListener("resize", () => {
    refit();
    Fit.settle();
  });
  return { adopt, draw, show, pointOut, symbolOf, figure, get values() { return values; } };
})();
