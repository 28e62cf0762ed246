/* The size of the picture: as large as there is room, at the left of the step or above it, but
 * never so small that it cannot be read; then the step's part of it is shown. */
const Fit = (() => {
  // Letters of 13 at 12.
  const LEAST = 12 / 13;
  // Larger ones serve a lecture hall; beyond this a small picture would look like a toy.
  const MOST = 1.7;
  // So large that the derivation can have its whole height beside the picture.
  const AMPLE = 1.2;
  // What the step keeps below the picture: a share of the height, and at least so much; a picture
  // that needs more leaves it less. What stands there instead may ask for more, by its style.
  const SHARE = 0.33;
  const HALF = 0.5;
  const CARD = 196;
  const LEAST_CARD = 150;
  // The share of the width that the picture has beside the step, and the most that it takes.
  const BESIDE = 0.6;
  const MOST_BESIDE = 0.7;
  // On a narrow screen: the least height, and what the step below it takes.
  const LOW = 200;
  const STEP = 236;
  // Between the verdict and the buttons below it.
  const EDGE = 6;
  const figure = find("#net");
  const main = find("main");
  const dock = find(".dock");
  const wide = matchMedia("(min-width: 60.01rem)");
  let larger = false;

  const drawing = () => find("svg", figure);

  /* On a narrow screen the step's formula and result are seen together with the picture. The
   * texts of the head do not count: where they are unfolded, the page is scrolled. */
  const narrow = () => {
    const head = find("header").offsetHeight + find("#facts > summary").offsetHeight;
    const left = innerHeight - head - find(".controls").offsetHeight - STEP;
    return Math.max(LOW, Math.min(left, innerHeight * 0.45));
  };

  /* The rooms that the picture can have: beside the step, or above it. */
  const rooms = (around, { width, height }) => {
    if (!wide.matches) return { top: { wide: figure.clientWidth - around.x, high: narrow() - around.y } };
    const high = main.clientHeight - find(".transport").offsetHeight - around.y;
    const all = main.clientWidth;
    const share = parseFloat(getComputedStyle(main).getPropertyValue("--below")) || SHARE;
    const needed = Math.min(MOST_BESIDE, (Math.ceil(width * LEAST) + around.x) / all);
    const most = high - Math.max(CARD, high * share);
    const taken = Math.max(most, Math.min(high - LEAST_CARD, Math.ceil(height * LEAST)), LOW);
    return {
      side: { wide: all * Math.max(BESIDE, needed) - around.x, high },
      top: { wide: all - around.x, high: taken },
    };
  };

  const fit = () => {
    const svg = drawing();
    const { width, height } = svg.viewBox.baseVal;
    const style = getComputedStyle(figure);
    const [top, right, bottom, left] = ["Top", "Right", "Bottom", "Left"]
      .map((side) => parseFloat(style[`padding${side}`]));
    const found = rooms({ x: left + right, y: top + bottom }, { width, height });
    const scale = (room) => Math.min(room.wide / width, room.high / height);
    const ample = found.side && scale(found.side) >= AMPLE;
    const area = (room) => Math.min(room.wide, width * LEAST) * Math.min(room.high, height * LEAST);
    // Where neither shows all of it, the one that shows more.
    const better = found.side && (Math.max(scale(found.side), scale(found.top)) < LEAST
      ? area(found.side) > area(found.top) : scale(found.side) >= scale(found.top));
    const layout = ample || better ? "side" : "top";
    const room = found[layout];
    // What cannot be seen as a whole leaves half of the height to the step.
    if (layout === "top" && wide.matches && scale(room) < LEAST) {
      room.high = Math.min(room.high, Math.max(LOW, (main.clientHeight * HALF)));
    }
    const whole = Math.min(scale(room), MOST);
    const size = Math.max(whole, LEAST);
    main.dataset.layout = layout;
    main.style.gridTemplateColumns = layout === "side"
      ? `${Math.ceil(room.wide + left + right)}px minmax(0, 1fr)` : "";
    larger = whole < LEAST;
    svg.style.width = `${Math.floor(width * size * 10) / 10}px`;
    figure.style.maxHeight = `${Math.ceil(room.high + top + bottom)}px`;
    figure.classList.toggle("larger", larger);
    if (larger) figure.setAttribute("tabindex", "0");
    else figure.removeAttribute("tabindex");
  };

  /* Brings the question with its verdict into view, above the buttons that stay at the bottom;
   * else the result, where the step scrolls beside the picture. Where there is not room for all
   * of it, the verdict and what stands next to it is seen. */
  const reveal = () => {
    if (!Predict.on && !wide.matches) return;
    const asked = Predict.on ? "#predict:not([hidden]), #predict-verdict" : "#card-line .result";
    const boxes = all(asked)
      .map((element) => element.getBoundingClientRect());
    if (!boxes.length) return;
    const first = Math.min(...boxes.map((box) => box.top));
    const last = Math.max(...boxes.map((box) => box.bottom));
    const head = Predict.on ? find(".card-head").offsetHeight : 0;
    const top = wide.matches ? dock.getBoundingClientRect().top + head : 0;
    const bar = find(wide.matches ? ".transport" : ".controls").getBoundingClientRect().top;
    const low = wide.matches ? Math.min(bar, dock.getBoundingClientRect().bottom) : bar;
    const by = last > low - EDGE ? last - low + EDGE : Math.min(0, first - top - EDGE);
    if (by) (wide.matches ? dock : window).scrollBy({ top: by, behavior: "instant" });
  };

  const settle = () => {
    fit();
    reveal();
  };

  /* Whether a drawing is seen in its whole width: beside the step it is, or is scrolled. */
  const suits = (svg) => {
    const style = getComputedStyle(figure);
    const room = figure.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    return wide.matches || svg.viewBox.baseVal.width * LEAST <= room;
  };

  State.changed(() => beforeDrawing(settle));
  return { reveal, fit, settle, suits, get larger() { return larger; } };
})();
