/* The size of the picture: as large as there is room, at the left of the step or above it, but
 * never so small that it cannot be read; then the step's part of it is shown. */
const Fit = (() => {
  // Letters of 13 at 12.
  const LEAST = 12 / 13;
  // Larger ones serve a lecture hall; beyond this a small picture would look like a toy.
  const MOST = 1.7;
  // So large that the derivation can have its whole height beside the picture.
  const AMPLE = 1.2;
  // What the step keeps below the picture: a share of the height, and at least so much.
  const SHARE = 0.33;
  const CARD = 196;
  // The share of the width that the picture has beside the step.
  const BESIDE = 0.6;
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
  const rooms = (around) => {
    if (!wide.matches) return { top: { wide: figure.clientWidth - around.x, high: narrow() - around.y } };
    const high = main.clientHeight - find(".transport").offsetHeight - around.y;
    const all = main.clientWidth;
    return {
      side: { wide: all * BESIDE - around.x, high },
      top: { wide: all - around.x, high: Math.max(high - Math.max(CARD, high * SHARE), LOW) },
    };
  };

  const fit = () => {
    const svg = drawing();
    const { width, height } = svg.viewBox.baseVal;
    const style = getComputedStyle(figure);
    const [top, right, bottom, left] = ["Top", "Right", "Bottom", "Left"]
      .map((side) => parseFloat(style[`padding${side}`]));
    const found = rooms({ x: left + right, y: top + bottom });
    const scale = (room) => Math.min(room.wide / width, room.high / height);
    const ample = found.side && scale(found.side) >= AMPLE;
    const area = (room) => Math.min(room.wide, width * LEAST) * Math.min(room.high, height * LEAST);
    // Where neither shows all of it, the one that shows more.
    const better = found.side && (Math.max(scale(found.side), scale(found.top)) < LEAST
      ? area(found.side) > area(found.top) : scale(found.side) >= scale(found.top));
    const layout = ample || better ? "side" : "top";
    const room = found[layout];
    const whole = Math.min(scale(room), MOST);
    const size = Math.max(whole, LEAST);
    main.dataset.layout = layout;
    larger = whole < LEAST;
    svg.style.width = `${Math.floor(width * size * 10) / 10}px`;
    figure.style.maxHeight = `${Math.ceil(room.high + top + bottom)}px`;
    figure.classList.toggle("larger", larger);
    if (larger) figure.setAttribute("tabindex", "0");
    else figure.removeAttribute("tabindex");
  };

  /* Brings the question with its verdict into view, above the buttons that stay at the bottom.
   * Where there is not room for all of it, the verdict and what stands next to it is seen. */
  const reveal = () => {
    if (!Predict.on) return;
    const boxes = all("#predict:not([hidden]), #predict-verdict")
      .map((element) => element.getBoundingClientRect());
    const first = Math.min(...boxes.map((box) => box.top));
    const last = Math.max(...boxes.map((box) => box.bottom));
    const top = wide.matches ? dock.getBoundingClientRect().top : 0;
    const bar = find(wide.matches ? ".transport" : ".controls").getBoundingClientRect().top;
    const low = wide.matches ? Math.min(bar, dock.getBoundingClientRect().bottom) : bar;
    const by = last > low - EDGE ? last - low + EDGE : Math.min(0, first - top - EDGE);
    if (by) (wide.matches ? dock : window).scrollBy({ top: by, behavior: "instant" });
  };

  const settle = () => {
    fit();
    reveal();
  };

  addEventListener("resize", settle);
  State.changed(() => beforeDrawing(settle));
  return { reveal, fit, get larger() { return larger; } };
})();
