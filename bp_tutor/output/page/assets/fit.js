/* The size of the picture: as large as there is room beside the step and the buttons, but never
 * so small that it cannot be read; then it is scrolled instead. */
const Fit = (() => {
  const SCROLLED = 0.8;
  // Letters of 13 at 9.
  const LEAST = 0.6925;
  const MOST = 1.5;
  const LOWEST = 240;
  // On a narrow screen: the least height, and what the step below it takes.
  const LOW = 200;
  const STEP = 236;
  const BAR = 15;
  const GAPS = 30;
  // Between the verdict and the buttons below it.
  const EDGE = 6;
  const figure = find("#net");
  const svg = find("svg", figure);
  const { width, height } = svg.viewBox.baseVal;
  const stage = find(".stage");
  const loss = find("#loss");
  const beside = matchMedia("(min-width: 60.01rem)");
  let taken = 0;
  let larger = false;

  /* On a narrow screen the step's formula and result are seen together with the picture. The
   * texts of the head do not count: where they are unfolded, the page is scrolled. */
  const narrow = () => {
    const facts = find("#facts");
    const head = find("header").offsetHeight - facts.offsetHeight
      + find("summary", facts).offsetHeight;
    const left = innerHeight - head - find(".controls").offsetHeight - STEP;
    return Math.max(LOW, Math.min(left, innerHeight * 0.45));
  };

  /* The height that is left. The largest step so far counts, so that the picture stays as it
   * is; the curve of the loss counts where there is room for both. */
  const room = () => {
    if (!beside.matches) return narrow();
    taken = Math.max(taken, find("#card").offsetHeight + find(".transport").offsetHeight + GAPS);
    const left = stage.clientHeight - taken;
    const less = left - (loss.hidden ? 0 : loss.offsetHeight + 12);
    return Math.max(LOWEST, less >= height * LEAST ? less : left);
  };

  const fit = () => {
    const high = room();
    const wide = figure.clientWidth;
    const whole = Math.min(wide / width, high / height, MOST);
    // A little smaller is better than scrolling, and scrolling one way than both ways.
    const one = Math.max((wide - BAR) / width, (high - BAR) / height);
    const scrolled = one >= LEAST ? Math.min(one, SCROLLED) : SCROLLED;
    const scale = whole >= LEAST ? whole : scrolled;
    svg.style.width = `${Math.floor(width * scale)}px`;
    figure.style.maxHeight = `${Math.ceil(high)}px`;
    larger = figure.scrollWidth > figure.clientWidth + 1
      || figure.scrollHeight > figure.clientHeight + 1;
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
    const top = beside.matches ? stage.getBoundingClientRect().top : 0;
    const bar = find(beside.matches ? ".transport" : ".controls").getBoundingClientRect().top;
    const by = last > bar - EDGE ? last - bar + EDGE : Math.min(0, first - top - EDGE);
    if (by) (beside.matches ? stage : window).scrollBy({ top: by, behavior: "instant" });
  };

  const settle = () => {
    fit();
    reveal();
  };

  addEventListener("resize", () => {
    taken = 0;
    settle();
  });
  State.changed(() => beforeDrawing(settle));
  return { reveal, get larger() { return larger; } };
})();
