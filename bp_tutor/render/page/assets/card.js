/* The current step, large: what is done and why, the rule, the formula, the numbers, the result;
 * and the field for a prediction. */
const Card = (() => {
  const card = find("#card");
  const title = find("#card-title");
  const reason = find("#card-reason");
  const body = find("#card-line");
  const where = find("#card-where");
  const form = find("#predict");
  const fields = find("#predict-fields");
  const verdict = find("#predict-verdict");

  const KINDS = ["rule", "formula", "numbers", "result"];

  const draw = () => {
    const step = State.step();
    const line = Lines.of();
    card.dataset.direction = State.direction;
    where.textContent = say("where", { step: State.place, count: State.steps().length });
    body.replaceChildren();
    form.hidden = true;
    if (!step || !line) {
      title.textContent = say("begin");
      reason.textContent = say("begin_long");
      return;
    }
    title.textContent = titleOf(step);
    reason.textContent = reasonOf(step);
    fill(line);
    ask(step, line);
  };

  const fill = (line) => {
    const name = find(".name", line);
    if (!name) {
      body.append(make("p", { class: "note" }, say("see_table")));
      return;
    }
    body.append(copy(name));
    const closed = Predict.hidden(State.place);
    for (const kind of KINDS) {
      for (const part of all(`.parts > .${kind}`, line)) {
        if (kind === "result" && closed) continue;
        const row = copy(part);
        all(".why", row).forEach((why) => why.remove());
        row.prepend(make("span", { class: "kind" }, say(kind)));
        body.append(row);
      }
    }
    for (const symbol of all("[data-key]", body)) symbol.setAttribute("tabindex", "0");
  };

  const copy = (element) => {
    const found = element.cloneNode(true);
    found.removeAttribute("id");
    return found;
  };

  /* A field for every number of the result, in the shape of the result. */
  const ask = (step, line) => {
    const keys = all(".result [data-key]", line).map((element) => element.dataset.key);
    form.hidden = !Predict.hidden(State.place);
    verdict.textContent = "";
    verdict.className = "";
    if (form.hidden) return;
    fields.replaceChildren();
    const few = keys.length <= 12 && new Set(keys).size === keys.length;
    find("#predict-check").hidden = !few || !keys.length;
    if (!few || !keys.length) return;
    const columns = find(".result mtr", line) ? find(".result mtr", line).children.length : 1;
    fields.style.gridTemplateColumns = `repeat(${columns}, minmax(5.5em, 1fr))`;
    keys.forEach((key) => fields.append(make("input", {
      type: "text", inputmode: "text", autocomplete: "off", spellcheck: "false",
      maxlength: "40", "data-for": key, "aria-label": say("result_of", { name: key }),
    })));
  };

  const answer = () => {
    const line = Lines.of();
    const numbers = find(".numbers > math:nth-of-type(2)", line);
    const value = numbers ? Arithmetic(numbers) : null;
    const values = value === null ? [] : [value].flat(2);
    const marks = all("input", fields).map((input, place) => {
      const mark = Predict.judge(input.value, input.dataset.for, values[place] ?? null);
      input.className = mark;
      input.setAttribute("aria-invalid", String(mark !== "right"));
      return mark;
    });
    Predict.score.tries += 1;
    const worst = ["unread", "wrong", "short"].find((mark) => marks.includes(mark));
    if (worst) {
      tell(worst, worst);
      const at = all("input", fields)[marks.indexOf(worst)];
      at.focus();
      at.select();
      return;
    }
    Predict.settle("right");
    tell("right", "right");
    find("#forward").focus();
  };

  const tell = (mark, key) => {
    verdict.className = mark;
    verdict.textContent = say(key, Predict.score);
    Player.announce(verdict.textContent);
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    answer();
  });
  find("#predict-reveal").addEventListener("click", () => {
    Predict.settle("told");
    tell("told", "told");
    find("#forward").focus();
  });

  /* Puts the reader where the next result is typed. */
  const takeUp = () => {
    const input = find("input", fields);
    if (input && !form.hidden) input.focus({ preventScroll: true });
  };

  /* The same, for who wants to go on without an answer. */
  const askAgain = () => {
    takeUp();
    tell("short", "type_first");
  };

  State.changed(draw);
  return { draw, askAgain, takeUp };
})();
