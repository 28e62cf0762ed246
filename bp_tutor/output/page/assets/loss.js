/* The loss over the updates, as a small curve; a dot for where the page stands. */
const Loss = (() => {
  const figure = find("#loss");
  const SVG = "http://www.w3.org/2000/svg";
  const WIDTH = 320;
  const HEIGHT = 120;
  const LEFT = 74;
  const BOTTOM = 22;

  const draw = (name, attributes, text = "") => {
    const found = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) found.setAttribute(key, value);
    found.textContent = text;
    return found;
  };

  const picture = () => {
    const every = data.loss.filter(([, loss]) => Number.isFinite(loss));
    const points = every.slice(0, Predict.on ? told(every) : every.length);
    figure.hidden = points.length < 2;
    if (figure.hidden) return;
    const last = points[points.length - 1][0];
    const losses = points.map(([, loss]) => loss);
    const top = Math.max(...losses);
    const low = Math.min(...losses);
    const x = (count) => LEFT + (count / (last || 1)) * (WIDTH - LEFT - 12);
    const y = (loss) => 10 + ((top - loss) / (top - low || 1)) * (HEIGHT - BOTTOM - 18);
    const whole = points.length === every.length;
    const [first, end, highest, lowest] = whole ? ticks() : ["?", "?", "", ""];
    const svg = draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" });
    svg.setAttribute("aria-label", say("loss_curve", {
      count: last, first, last: end,
    }));
    const at = points.map(([count, loss]) => `${x(count).toFixed(1)},${y(loss).toFixed(1)}`);
    svg.append(
      draw("path", { class: "axis", d: `M${LEFT},6 V${HEIGHT - BOTTOM} H${WIDTH - 6}` }),
      draw("text", { class: "tick", x: LEFT - 6, y: 14, "text-anchor": "end" }, highest),
      draw("text", { class: "tick", x: LEFT - 6, y: HEIGHT - BOTTOM, "text-anchor": "end" },
        lowest),
      draw("text", { class: "tick", x: LEFT, y: HEIGHT - 6, "text-anchor": "middle" }, "0"),
      draw("text", { class: "tick", x: WIDTH - 12, y: HEIGHT - 6, "text-anchor": "end" },
        `${last} ${say("updates")}`),
      draw("polyline", { class: "curve", points: at.join(" ") }),
    );
    for (const [count, loss] of points.length <= 30 ? points : []) {
      svg.append(draw("circle", { class: "point", cx: x(count), cy: y(loss), r: 2 }));
    }
    const here = points.filter(([count]) => count <= State.update - 1 + Number(over())).pop();
    if (here) svg.append(draw("circle", { class: "here", cx: x(here[0]), cy: y(here[1]), r: 5 }));
    find("div", figure).replaceChildren(svg);
  };

  /* How many of the losses are known where results are predicted: those of the updates whose loss
   * has been worked out, and the others at the end. */
  const told = (points) => {
    const frontier = Predict.frontier();
    if (frontier > State.steps().length) return points.length;
    const known = new Set();
    State.steps().forEach((step, index) => {
      if (step.phase !== "loss") return;
      if (index + 1 < frontier) known.add(step.update - 1);
      else known.delete(step.update - 1);
    });
    return points.filter(([count]) => known.has(count)).length;
  };

  /* Whether the last step of an update stands there: then its new weights hold. */
  const over = () => {
    const next = State.steps()[State.place];
    const step = State.step();
    return Boolean(step) && (!next || next.update > step.update);
  };

  /* The first and the last loss, the highest and the lowest, as they are written. */
  const ticks = () => (data.ticks[State.view().digits] || []).map(Shown.line);

  State.changed(picture);
  return { picture };
})();
