/* The derivation beside the picture: which line is current, its numbers at other digits, long
 * formulas that go on in the next row. */
const Lines = (() => {
  const MATHS = "http://www.w3.org/1998/Math/MathML";
  const article = find("#derivation");
  const isMatrix = (line) => line.classList.contains("matrix");

  /* The lines of each form by their steps, and the tables that only gather what was worked out,
   * each with the last step before it. Looked for anew where a line was replaced. */
  let known = null;
  const lines = () => {
    if (known) return known;
    known = { index: new Map(), matrix: new Map(), asides: [] };
    const behind = { index: 0, matrix: 0 };
    for (const line of all(".line", article)) {
      const form = isMatrix(line) ? "matrix" : "index";
      if (line.dataset.step) {
        behind[form] = Number(line.dataset.step);
        known[form].set(behind[form], line);
      } else if (line.classList.contains("table")) known.asides.push({ line, after: { ...behind } });
    }
    return known;
  };
  const of = (number = State.place, form = State.form) => lines()[form].get(number) || null;

  const leaf = (name, text) => {
    const found = document.createElementNS(MATHS, name);
    found.textContent = text;
    return found;
  };
  const nest = (name, ...inside) => {
    const found = document.createElementNS(MATHS, name);
    found.append(...inside);
    return found;
  };
  const powerOfTen = (power) => nest("msup", leaf("mn", "10"),
    power < 0 ? nest("mrow", leaf("mo", "−"), leaf("mn", -power)) : leaf("mn", power));

  /* Puts another number where one stands; its sign stands before it and never changes. */
  const write = (element, text) => {
    const { digits, power } = Shown.parts(text);
    const fresh = power === null
      ? leaf("mn", digits)
      : nest("mrow", leaf("mn", digits), leaf("mo", "·"), powerOfTen(Number(power)));
    for (const { name, value } of element.attributes) fresh.setAttribute(name, value);
    element.replaceWith(fresh);
    return fresh;
  };

  const stands = (element, text) => element.localName === "mn"
    && element.textContent === Shown.parts(text).digits && !Shown.parts(text).power;

  const isNumber = (element) => element.localName === "mn"
    || (element.localName === "mrow" && element.firstElementChild
      && element.firstElementChild.localName === "mn");

  /* The update whose value a number is; the table at the end compares before and after. */
  const updateOf = (element) => {
    const cell = element.closest("td");
    if (cell && element.closest("[data-runs]")) {
      return cell.cellIndex === 1 ? data.before : data.after;
    }
    return Number(element.closest("[data-run]").dataset.run);
  };

  /* Puts numbers and signs where others stand; gives the elements that were written anew. */
  const renumber = ({ texts, signs }) => {
    const written = [];
    for (const element of all("[data-key]", article)) {
      const key = element.dataset.key;
      if (!texts.some((several) => several.has(key)) || !isNumber(element)) continue;
      const own = texts[updateOf(element) - 1];
      const text = own && own.get(key);
      if (text && !stands(element, text)) written.push(write(element, text));
    }
    for (const [form, several] of Object.entries(signs)) {
      for (const [number, line] of lines()[form]) {
        const sign = find(".result > .sign", line);
        const text = several[number - 1];
        if (sign && text && text !== " " && sign.textContent !== text) {
          sign.replaceChildren(leaf("mo", text));
        }
      }
    }
    return written;
  };

  /* Whether a step works out a number. */
  const tells = (number, form = State.form) => {
    const line = of(number, form);
    return Boolean(line && find(".result [data-key], td [data-key]", line));
  };

  /* Hides every number that is not known before a step, wherever it stands. */
  const keepBack = (frontier) => {
    const here = State.step(frontier - 1);
    const update = State.updateOf(here);
    const over = frontier > State.steps().length;
    for (const element of all("[data-key]", article)) {
      if (!isNumber(element)) continue;
      const own = updateOf(element);
      const known = over || own < update
        || (own === update && State.isKnown(element.dataset.key, frontier - 1));
      element.classList.toggle("untold", !known);
    }
  };

  const mark = () => {
    for (const line of all(".current", article)) {
      line.classList.remove("current");
      line.removeAttribute("aria-current");
    }
    article.dataset.direction = State.direction;
    const frontier = Predict.on ? Predict.frontier() : Infinity;
    for (const { line, after } of lines().asides) line.classList.toggle("closed", frontier <= after[State.form]);
    for (const [number, line] of lines()[State.form]) {
      line.classList.toggle("closed", Predict.hidden(number));
      line.classList.toggle("covered", Predict.covers(number));
      line.classList.toggle("later", number > frontier);
    }
    if (Predict.on) keepBack(frontier);
    const current = of();
    if (!current) return;
    current.classList.add("current");
    current.setAttribute("aria-current", "step");
    beforeDrawing(reveal);
  };

  /* Scrolls inside the derivation, and only where it has a scroll bar of its own. */
  const reveal = () => {
    const line = of();
    if (!line || article.scrollHeight <= article.clientHeight + 1) return;
    const box = article.getBoundingClientRect();
    const at = line.getBoundingClientRect();
    if (at.top >= box.top + 48 && at.bottom <= box.bottom - 48) return;
    const before = Math.max(0, Math.min(box.height / 3, (box.height - at.height) / 2));
    const top = article.scrollTop + at.top - box.top - before;
    article.scrollTo({ top, behavior: calm.matches ? "auto" : "smooth" });
  };

  const isSign = (node, signs) => node.localName === "mo" && signs.includes(node.textContent);
  const isBracket = (node) => node.localName === "mrow" && node.firstElementChild
    && isSign(node.firstElementChild, "(");

  /* Nodes in groups between which a long formula can break: before plus and minus, and before
   * the sign of a product whose first part is long. */
  const grouped = (nodes) => {
    const groups = [];
    for (const node of nodes) {
      const last = groups[groups.length - 1];
      const long = last && last.map((each) => each.textContent).join("").length > 12;
      const breaks = last && (isSign(node, "+−⊙") || (long && isSign(node, "·")));
      if (breaks) node.setAttribute("form", "infix");
      if (!last || breaks) groups.push([node]);
      else last.push(node);
    }
    return groups;
  };

  /* A long sum in brackets can break as well: then its terms stand among the others, the
   * brackets with the first and the last of them. */
  const opened = (group) => {
    const place = group.findIndex((node) => isBracket(node) && node.textContent.length >= 30);
    if (place < 0) return [group];
    const [before, ...inside] = group[place].children;
    const behind = inside.pop();
    const row = inside.length === 1 && inside[0].localName === "mrow" && !isBracket(inside[0])
      && !inside[0].dataset.key;
    const found = grouped(row ? [...inside[0].children] : inside);
    if (found.length < 2) return [group];
    if (isSign(found[0][0], "−")) found[0][0].setAttribute("form", "prefix");
    found[0].unshift(...group.slice(0, place), before);
    found[found.length - 1].push(behind, ...group.slice(place + 1));
    return found;
  };

  /* Groups the terms of a formula, so that a long one can break between them. */
  const fold = (math) => {
    const groups = grouped([...math.children]).flatMap(opened);
    if (groups.length < 2) return;
    math.classList.add("folds");
    math.replaceChildren(...groups.map((nodes) => {
      const found = nest("mrow", ...nodes);
      found.setAttribute("class", "term");
      return found;
    }));
  };

  article.addEventListener("click", (event) => {
    const line = event.target.closest(".line[data-step]");
    if (!line || getSelection().toString()) return;
    if (event.target.closest("a")) event.preventDefault();
    Predict.jump(Number(line.dataset.step));
  });

  /* Makes lines ready that came with the page, or that take the place of others. */
  const adopt = (within) => {
    known = null;
    // Brackets that grow with what is in them are set wide; around low things they need not.
    for (const bracket of all("mo", within)) {
      if (!"()".includes(bracket.textContent)) continue;
      if (!find("mfrac, mtable", bracket.parentElement)) bracket.setAttribute("stretchy", "false");
    }
    all(".parts > div > math:nth-of-type(2)", within).forEach(fold);
    // Without a script the address leads to the line; with one, to the step.
    [within, ...all(".line[id]", within)].forEach((line) => {
      if (line.matches(".line")) line.removeAttribute("id");
    });
  };
  adopt(article);

  /* What is too wide can be scrolled, with the keys as well. */
  const reachable = () => {
    const parts = all(".parts > div", article);
    const wide = parts.map((part) => part.scrollWidth > part.clientWidth + 1);
    parts.forEach((part, place) => {
      if (wide[place]) part.setAttribute("tabindex", "0");
      else part.removeAttribute("tabindex");
    });
  };
  addEventListener("resize", reachable);
  State.changed((what) => {
    if (what === "digits" || what === "data") renumber(State.view());
    mark();
    if (["start", "form", "digits", "data"].includes(what)) reachable();
  });

  return { of, article, tells, adopt, renumber };
})();
