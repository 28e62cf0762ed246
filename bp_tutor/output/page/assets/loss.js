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
    const points = data.loss.filter(([, loss]) => Number.isFinite(loss));
    figure.hidden = points.length < 2;
    if (figure.hidden) return;
    const last = points[points.length - 1][0];
    const losses = points.map(([, loss]) => loss);
    const top = Math.max(...losses);
    const low = Math.min(...losses);
    const x = (count) => LEFT + (count / (last || 1)) * (WIDTH - LEFT - 12);
    const y = (loss) => 10 + ((top - loss) / (top - low || 1)) * (HEIGHT - BOTTOM - 18);
    const [first, end, highest, lowest] = ticks();
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
