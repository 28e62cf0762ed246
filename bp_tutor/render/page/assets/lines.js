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

  /* `=` where the arithmetic that stands there gives the result that stands there, else `≈`;
   * null where that cannot be told from the page. */
  const relation = (line) => {
    const result = find(".result > math:nth-of-type(2)", line);
    const numbers = find(".numbers > math:nth-of-type(2)", line);
    if (!result) return null;
    const shown = results(result);
    if (!shown.length || shown.includes(null)) return null;
    if (!numbers) {
      const [key] = line.dataset.step ? State.steps()[line.dataset.step - 1].gives : [];
      return key && find(".formula", line) ? null : "=";
    }
    const value = Arithmetic(numbers);
    if (value === null) return null;
    const values = [value].flat(2);
    if (values.length !== shown.length) return null;
    return values.every((each, place) => Numbers.reproduces(each, shown[place])) ? "=" : "≈";
  };

  const signOf = (line) => find(".result > .sign", line);

  const compare = (line) => {
    const sign = signOf(line);
    const found = sign && relation(line);
    if (found) sign.replaceChildren(leaf("mo", found));
  };

  /* Whether every sign between arithmetic and result can be told at other digits too. */
  const canRound = () => all(".line", article).every((line) => {
    const sign = signOf(line);
    return !sign || !find(".numbers", line) || relation(line) === sign.textContent;
  });

  const mark = () => {
    for (const line of all(".current", article)) {
      line.classList.remove("current");
      line.removeAttribute("aria-current");
    }
    article.dataset.direction = State.direction;
    const frontier = Predict.on ? Predict.frontier() : Infinity;
    for (const [number, line] of byStep[State.form]) {
      line.classList.toggle("closed", Predict.hidden(number));
      line.classList.toggle("later", number > frontier);
    }
    const current = of();
    if (!current) return;
    current.classList.add("current");
    current.setAttribute("aria-current", "step");
    reveal(current);
  };

  /* Scrolls inside the derivation, and only where it has a scroll bar of its own. */
  const reveal = (line) => {
    if (article.scrollHeight <= article.clientHeight + 1) return;
    const box = article.getBoundingClientRect();
    const at = line.getBoundingClientRect();
    if (at.top >= box.top + 48 && at.bottom <= box.bottom - 48) return;
    const top = article.scrollTop + at.top - box.top - box.height / 3;
    article.scrollTo({ top, behavior: calm.matches ? "auto" : "smooth" });
  };

  /* Groups the terms of a formula, so that a long one can break between them. */
  const fold = (math) => {
    const groups = [];
    for (const node of [...math.children]) {
      const sign = node.localName === "mo" ? node.textContent : "";
      const last = groups[groups.length - 1];
      const breaks = last && ("+−⊙".includes(sign) ? sign : sign === "·" && last.textContent.length > 12);
      if (!last || breaks) groups.push(nest("mrow"));
      if (breaks) node.setAttribute("form", "infix");
      groups[groups.length - 1].append(node);
    }
    if (groups.length < 2) {
      math.append(...groups.flatMap((group) => [...group.children]));
      return;
    }
    groups.forEach((group) => group.setAttribute("class", "term"));
    math.classList.add("folds");
    math.append(...groups);
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

  return { of, article, canRound, relation, byStep };
})();
