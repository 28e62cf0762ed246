/* What the program answers, put on the page; files that the page gives to its reader. */
const Page = (() => {
  const article = Lines.article;
  const blocks = () => all("[data-index], [data-matrix]", article);
  const PLACES = ["data-index", "data-matrix"];

  const numbers = (element) => all("[data-key]", element)
    .map((each) => [each.dataset.key, each.textContent, each]);

  /* Marks for a moment what is another number than before. */
  const freshen = (old, now) => {
    const before = numbers(old);
    numbers(now).forEach(([key, text, element], place) => {
      const same = before[place] && before[place][0] === key && before[place][1] === text;
      if (!same) element.classList.add("fresh");
    });
  };

  /* Puts a block in the place of another one; where it stands in the other form stays told. */
  const put = (old, html) => {
    const [now] = Patch.nodes(html);
    if (!now) return;
    for (const name of PLACES) {
      if (old.hasAttribute(name)) now.setAttribute(name, old.getAttribute(name));
    }
    freshen(old, now);
    old.replaceWith(now);
    Lines.adopt(now);
  };

  const fill = (element, html) => element.replaceChildren(...Patch.nodes(html));

  const whole = (pieces) => {
    const kept = article.scrollTop;
    fill(article, pieces.derivation + pieces.closing + pieces.appendix);
    Lines.adopt(article);
    article.scrollTop = kept;
  };

  const closing = (html) => {
    const old = find(".closing", article);
    const [now] = Patch.nodes(html);
    if (old && now) old.replaceWith(now);
    else if (old) old.remove();
    else if (now) all(".part", article).pop().after(now);
  };

  /* A glimpse: numbers and signs, and blocks of the form that is shown which are written otherwise
   * now. Or everything. */
  const take = (found) => {
    if (found.blocks) {
      const now = blocks();
      for (const [place, html] of found.blocks) put(now[place], html);
    }
    if (found.texts) {
      const written = Lines.renumber(State.renumber(found.digits, found.texts, found.signs));
      for (const element of written) element.classList.add("fresh");
      State.tell("numbers");
      return;
    }
    const { pieces, data: fresh } = found;
    fill(find("h1"), pieces.title);
    all("#facts > .facts").forEach((each) => each.remove());
    find("#facts").append(...Patch.nodes(pieces.facts));
    fill(find("#net"), pieces.picture);
    if (pieces.derivation) whole(pieces);
    else closing(pieces.closing);
    Picture.adopt();
    State.replace(fresh);
    find("#net").dispatchEvent(new CustomEvent("adopted"));
  };

  /* Changed numbers have mistakes of their own: the program is asked for them, one by one. */
  Predict.finding(async (update, key) => {
    if (Engine.state !== "ready") return [];
    try {
      return (await Engine.call("explain", { update, key })).mistakes;
    } catch {
      return [];
    }
  });

  const save = (name, text, kind) => {
    const address = URL.createObjectURL(new Blob([text], { type: kind }));
    make("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  };
  return { take, save };
})();
