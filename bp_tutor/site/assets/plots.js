/* Pictures of a training as it goes on: the loss over the updates, and outputs over the plane of
 * two inputs. What they show and how it is written comes from the program. */
const Plots = (() => {
  const SVG = "http://www.w3.org/2000/svg";
  const draw = (name, attributes = {}, ...inside) => {
    const found = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) found.setAttribute(key, value);
    found.append(...inside);
    return found;
  };
  const LETTER = 7.2;
  // What numbers and a name take below.
  const BELOW = 36;
  const widest = (ticks) => Math.max(...ticks.map(([, text]) => text.length)) * LETTER;
  const whole = (number) => Math.round(number * 10) / 10;

  /* A square or a strip with numbers along its left and its lower edge. */
  const frame = (box, ticks, names) => {
    const { left, top, wide, high, x, y } = box;
    const [across, up] = ticks;
    return [
      ...up.flatMap(([value, text]) => [
        draw("path", { class: "grid", d: `M${left},${whole(y(value))}h${wide}` }),
        draw("text", { x: left - 6, y: whole(y(value)) + 4, "text-anchor": "end" }, text)]),
      ...across.map(([value, text]) =>
        draw("text", { x: whole(x(value)), y: top + high + 16, "text-anchor": "middle" }, text)),
      draw("path", { class: "axis", d: `M${left},${top}v${high}h${wide}` }),
      draw("text", { x: left + wide, y: top + high + 31, "text-anchor": "end", class: "axis-name" }, names[0]),
      draw("text", { x: 2, y: 11, class: "axis-name" }, names[1]),
    ];
  };

  /* The loss over the updates, `tall` high and as wide as its place. */
  const curve = (place, found, tall) => {
    const width = Math.max(place.clientWidth, 200);
    const left = widest(found.heights) + 12;
    const box = { left, top: 20, wide: width - left - 14, high: tall - 20 - BELOW };
    const along = found.logarithmic ? Math.log10 : Number;
    const [low, high] = [found.heights[0][0], found.heights[found.heights.length - 1][0]].map(along);
    const last = found.counts[found.counts.length - 1][0];
    box.x = (count) => box.left + (count / last) * box.wide;
    box.y = (loss) => box.top + ((high - along(loss)) / (high - low)) * box.high;
    const points = found.points.filter(([, loss]) => !found.logarithmic || loss > 0);
    const at = points.map(([count, loss]) => `${whole(box.x(count))},${whole(box.y(loss))}`);
    const [count, loss] = points[points.length - 1];
    place.replaceChildren(draw("svg", {
      width, height: tall, viewBox: `0 0 ${width} ${tall}`, role: "img", "aria-label": found.said,
    },
    ...frame(box, [found.counts, found.heights], [found.across, found.up]),
    draw("polyline", { class: "curve", points: at.join(" ") }),
    draw("circle", { class: "here", cx: whole(box.x(count)), cy: whole(box.y(loss)), r: 4 })));
  };

  /* Colours of the page for low, middle and high outputs, as numbers. */
  const colours = () => {
    const context = make("canvas", { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
    const style = getComputedStyle(root);
    return ["low", "middle", "high"].map((name) => {
      context.fillStyle = style.getPropertyValue(`--plot-${name}`);
      context.fillRect(0, 0, 1, 1);
      return context.getImageData(0, 0, 1, 1).data;
    });
  };

  const middleOf = ({ level, span: [low, high] }) =>
    (level === null ? (low + high) / 2 : Math.min(Math.max(level, low), high));

  const paint = (canvas, found, size) => {
    const [across, up] = [found.columns.length, found.rows.length];
    const image = new ImageData(across, up);
    const [low, middle, high] = colours();
    const [from, to] = found.span;
    const centre = middleOf(found);
    found.heights.forEach((height, place) => {
      const above = height >= centre;
      const share = above ? (height - centre) / (to - centre || 1) : (centre - height) / (centre - from || 1);
      const end = above ? high : low;
      // Rows of the plane rise, those of an image go down.
      const at = 4 * ((up - 1 - Math.floor(place / across)) * across + (place % across));
      for (let each = 0; each < 3; each += 1) {
        image.data[at + each] = middle[each] + (end[each] - middle[each]) * Math.min(share, 1);
      }
      image.data[at + 3] = 255;
    });
    const small = make("canvas", { width: across, height: up });
    small.getContext("2d").putImageData(image, 0, 0);
    const sharp = Math.min(devicePixelRatio || 1, 2);
    Object.assign(canvas, { width: size * sharp, height: size * sharp });
    const context = canvas.getContext("2d");
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = "high";
    // The outermost places of the grid lie on the edges.
    const cell = [canvas.width / (across - 1), canvas.height / (up - 1)];
    context.drawImage(small, -cell[0] / 2, -cell[1] / 2, cell[0] * across, cell[1] * up);
  };

  /* The line where the output has a height: through every cell of the grid, straight. */
  const contour = ({ columns, rows, heights, level }, x, y) => {
    const parts = [];
    const wide = columns.length;
    for (let row = 0; row + 1 < rows.length; row += 1) {
      for (let column = 0; column + 1 < wide; column += 1) {
        const corners = [[row, column], [row, column + 1], [row + 1, column + 1], [row + 1, column]]
          .map(([r, c]) => ({ at: [columns[c], rows[r]], height: heights[r * wide + c] - level }));
        const cuts = corners.flatMap((one, place) => {
          const next = corners[(place + 1) % 4];
          if ((one.height < 0) === (next.height < 0)) return [];
          const share = one.height / (one.height - next.height);
          return [[0, 1].map((axis) => one.at[axis] + share * (next.at[axis] - one.at[axis]))];
        });
        for (let place = 0; place + 1 < cuts.length; place += 2) {
          const [from, to] = [cuts[place], cuts[place + 1]].map(([a, b]) => `${whole(x(a))},${whole(y(b))}`);
          parts.push(`M${from}L${to}`);
        }
      }
    }
    return parts.join("");
  };

  const spot = ([across, up, name, high], x, y) => {
    const [cx, cy] = [whole(x(across)), whole(y(up))];
    const mark = (kind) => (high === false
      ? draw("rect", { class: kind, x: cx - 5.5, y: cy - 5.5, width: 11, height: 11 })
      : draw("circle", { class: kind, cx, cy, r: 6 }));
    const side = { true: "sample high", false: "sample low", null: "sample" }[high];
    const found = [mark("rim"), mark(side)];
    return name ? [...found, draw("text", { class: "sample-name", x: cx + 11, y: cy - 8 }, name)] : found;
  };

  const BAR = 10;
  /* An output over the plane, `size` wide and high, with the scale of its colours at its side. */
  const surface = (found, size, said) => {
    const [across, up] = found.places;
    const left = Math.max(widest(up) + 12, 22);
    const box = { left, top: 20, wide: size, high: size };
    const [columns, rows] = [found.columns, found.rows];
    const last = (numbers) => numbers[numbers.length - 1];
    box.x = (value) => left + ((value - columns[0]) / (last(columns) - columns[0])) * size;
    box.y = (value) => box.top + ((last(rows) - value) / (last(rows) - rows[0])) * size;
    const canvas = make("canvas", { "aria-hidden": "true" });
    canvas.style.left = `${left}px`;
    canvas.style.top = `${box.top}px`;
    canvas.style.width = canvas.style.height = `${size}px`;
    paint(canvas, found, size);
    const line = found.level === null ? "" : contour(found, box.x, box.y);
    const [width, height] = [left + size + 20 + BAR + widest(found.scale), box.top + size + BELOW];
    const bar = left + size + 14;
    const [from, to] = found.span;
    const at = (value) => box.top + (1 - (value - from) / (to - from || 1)) * size;
    const gradient = `scale-${found.key}`;
    const share = (middleOf(found) - from) / (to - from || 1);
    const svg = draw("svg", {
      width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": said,
    },
    draw("linearGradient", { id: gradient, x1: 0, x2: 0, y1: 1, y2: 0 },
      ...[["low", 0], ["middle", share], ["high", 1]]
        .map(([name, offset]) => draw("stop", { class: `stop-${name}`, offset }))),
    ...frame(box, found.places, [found.across, found.up]).filter((each) => !each.matches(".grid")),
    ...(line ? [draw("path", { class: "level under", d: line }), draw("path", { class: "level", d: line })] : []),
    ...found.spots.flatMap((each) => spot(each, box.x, box.y)),
    draw("rect", { x: bar, y: box.top, width: BAR, height: size, fill: `url(#${gradient})`, class: "scale" }),
    ...found.scale.map(([value, text]) =>
      draw("text", { x: bar + BAR + 4, y: whole(at(value)) + 4 }, text)));
    return make("div", { class: "plot" }, canvas, svg);
  };

  return { curve, surface };
})();
