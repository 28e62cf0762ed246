/* The derivation beside the picture: which line is current, its numbers at other digits, long
 * formulas that go on in the next row. */
const Lines = (() => {
  const MATHS = "http://www.w3.org/1998/Math/MathML";
  const article = find("#derivation");
  const byStep = { index: new Map(), matrix: new Map() };
  for (const line of all(".line[data-step]", article)) {
    const form = line.classList.contains("matrix") ? "matrix" : "index";
    byStep[form].set(Number(line.dataset.step), line);
  }
  const of = (number = State.place) => byStep[State.form].get(number) || null;

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
  const write = (element, number) => {
    const fresh = number.power === null
      ? leaf("mn", number.digits)
      : nest("mrow", leaf("mn", number.digits), leaf("mo", "·"), powerOfTen(number.power));
    for (const { name, value } of element.attributes) fresh.setAttribute(name, value);
    element.replaceWith(fresh);
  };

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

  const round = (within = article) => {
    for (const element of all("[data-key]", within)) {
      if (!isNumber(element)) continue;
      const number = State.shown(element.dataset.key, updateOf(element));
      if (number) write(element, number);
    }
    all(".line", within).forEach(compare);
  };

  /* The numbers of a result with their keys, as they are shown, row by row. */
  const results = (math) => all("[data-key]", math).filter(isNumber)
    .map((element) => State.shown(element.dataset.key, updateOf(element)));

  /* The lines of single values, by update and value: what all of them say together holds for
   * the line in matrix form. */
  const single = new Map();
  const nameIn = (line, key) => `${line.closest("[data-run]").dataset.run} ${key}`;
  const keysIn = (line) => all(".result [data-key]", line).map((element) => element.dataset.key);
  for (const line of all(".line.index", article)) {
    const keys = keysIn(line);
    if (keys.length === 1) single.set(nameIn(line, keys[0]), line);
  }

  /* How the lines were written at first, with the digits that the page was made with. */
  const signOf = (line) => find(".result > .sign", line);
  const numbersOf = (line) => find(".numbers > math:nth-of-type(2)", line);
  const textOf = (line) => line.textContent.replace(/[=≈]/g, "");
  const first = new Map(all(".line", article).filter((line) => signOf(line) && numbersOf(line))
    .map((line) => [line, { sign: signOf(line).textContent, text: textOf(line) }]));

  /* `=` where the arithmetic that stands there gives the result that stands there, else `≈`;
   * null where that cannot be told from what stands there. */
  const reproduced = (line) => {
    const result = find(".result > math:nth-of-type(2)", line);
    const numbers = numbersOf(line);
    const shown = result && numbers ? results(result) : [];
    const value = shown.length && !shown.includes(null) ? Arithmetic(numbers) : null;
    if (value === null) return null;
    const values = [value].flat(2);
    if (values.length !== shown.length) return null;
    return values.every((each, place) => Numbers.reproduces(each, shown[place])) ? "=" : "≈";
  };

  /* The sign of a line. It stays as it was as long as the numbers do. Where terms are left out,
   * nobody can add them up from the page: then `≈` is right with any others. */
  const relation = (line) => {
    const before = first.get(line);
    if (before.text === textOf(line)) return before.sign;
    const found = reproduced(line);
    if (found) return found;
    const parts = keysIn(line).map((key) => single.get(nameIn(line, key)));
    const signs = parts.map((part) => (part && part !== line ? reproduced(part) : null));
    if (signs.length && !signs.includes(null)) return signs.includes("≈") ? "≈" : "=";
    return "≈";
  };

  const compare = (line) => {
    if (first.has(line)) signOf(line).replaceChildren(leaf("mo", relation(line)));
  };

  /* Whether a step works out a number. */
  const tells = (number, form = State.form) => {
    const line = byStep[form].get(number);
    return Boolean(line && find(".result [data-key], td [data-key]", line));
  };

  /* Tables that only gather what was worked out, each with the last step before it. */
  const asides = [];
  const behind = { index: 0, matrix: 0 };
  for (const line of all(".line", article)) {
    const form = line.classList.contains("matrix") ? "matrix" : "index";
    if (line.dataset.step) behind[form] = Number(line.dataset.step);
    else if (line.classList.contains("table")) asides.push({ line, after: { ...behind } });
  }

  const mark = () => {
    for (const line of all(".current", article)) {
      line.classList.remove("current");
      line.removeAttribute("aria-current");
    }
    article.dataset.direction = State.direction;
    const frontier = Predict.on ? Predict.frontier() : Infinity;
    for (const { line, after } of asides) line.classList.toggle("closed", frontier <= after[State.form]);
    for (const [number, line] of byStep[State.form]) {
      line.classList.toggle("closed", Predict.hidden(number));
      line.classList.toggle("later", number > frontier);
    }
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

  /* Brackets that grow with what is in them are set wide; around low things they need not. */
  for (const bracket of all("mo", article)) {
    if (!"()".includes(bracket.textContent)) continue;
    if (!find("mfrac, mtable", bracket.parentElement)) bracket.setAttribute("stretchy", "false");
  }
  all(".parts > div > math:nth-of-type(2)", article).forEach(fold);

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
    if (what === "digits") round();
    mark();
    if (["start", "form", "digits"].includes(what)) reachable();
  });

  return { of, article, tells };
})();
