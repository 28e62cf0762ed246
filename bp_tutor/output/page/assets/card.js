/* The current step, large: what is done and why, the rule, the formula, the numbers, the result;
 * and the field for a prediction. */
const Card = (() => {
  const card = find("#card");
  const title = find("#card-title");
  const reason = find("#card-reason");
  const body = find("#card-line");
  const called = find("#card-name");
  const where = find("#card-where");
  const form = find("#predict");
  const fields = find("#predict-fields");
  const verdict = find("#predict-verdict");
  const open = find("#predict-formula");

  const KINDS = ["rule", "formula", "numbers", "result"];

  const draw = () => {
    const step = State.step();
    const line = Lines.of();
    card.dataset.direction = State.direction;
    where.textContent = say("where", { step: State.place, count: State.steps().length });
    body.replaceChildren();
    called.replaceChildren();
    form.hidden = true;
    if (!step || !line) {
      title.textContent = say("begin");
      reason.textContent = say("begin_long");
      return;
    }
    title.textContent = titleOf(step);
    reason.textContent = reasonOf(step);
    fill(line);
    conclude();
    ask(step, line);
  };

  const fill = (line) => {
    const name = find(".name", line);
    if (!name) {
      body.append(make("p", { class: "note" }, say("see_table")));
      const coloured = State.direction === "update" && find("#net .label.gradient");
      if (coloured) body.append(make("p", { class: "note" }, say("see_colours")));
      return;
    }
    called.append(...copy(name).childNodes);
    const closed = Predict.hidden(State.place);
    for (const kind of KINDS) {
      for (const part of all(`.parts > .${kind}`, line)) {
        if ((kind === "result" && closed) || Predict.covers(State.place)) continue;
        const row = copy(part);
        all(".why", row).forEach((why) => why.remove());
        row.prepend(make("span", { class: "kind" }, say(kind)));
        body.append(row);
      }
    }
    // What a remark says of numbers may be just what is asked.
    const told = (remark) => !closed || !find("mn[data-key], mrow[data-key]", remark);
    for (const remark of all(".remark", line).filter(told)) {
      body.append(make("p", { class: "note" }, ...copy(remark).childNodes));
    }
    for (const symbol of all("[data-key]", card)) symbol.setAttribute("tabindex", "0");
  };

  /* At the end, what the updates made of the loss. */
  const conclude = () => {
    const row = find(`tr:has([data-key="${CSS.escape(data.loss_key)}"])`, ending());
    if (State.place < State.steps().length || Predict.hidden(State.place) || !row) return;
    const head = find("thead", ending()).cloneNode(true);
    body.append(make("table", { class: "ending" }, head, make("tbody", {}, copy(row))));
  };
  const ending = () => find("[data-runs]", Lines.article) || make("div");

  const copy = (element) => {
    const found = element.cloneNode(true);
    found.removeAttribute("id");
    return found;
  };

  const MOST_ASKED = 12;
  const CHOSEN = 6;

  /* Fields for the numbers of the result, in its shape; of a larger one, and of a table, a few
   * that are spread over it, each with its name. */
  const ask = (step, line) => {
    form.hidden = !Predict.hidden(State.place);
    open.hidden = !Predict.covers(State.place);
    verdict.textContent = "";
    verdict.className = "";
    if (form.hidden) return;
    const table = !find(".result", line);
    const found = all(table ? "td:last-child [data-key]" : ".result [data-key]", line);
    const keys = [...new Set(found.map((element) => element.dataset.key))];
    const cut = !table && find(".result", line).textContent.includes("…");
    const few = !table && !cut && keys.length === found.length && keys.length <= MOST_ASKED;
    const asked = few ? keys : spread(keys);
    find("#predict-some").textContent = cut || asked.length < keys.length
      ? say("predict_some", { asked: asked.length }) : "";
    const row = few && find(".result mtr", line);
    fields.className = few ? "" : "named";
    fields.style.gridTemplateColumns = few
      ? `repeat(${row ? row.children.length : 1}, minmax(5.5em, 1fr))` : "";
    fields.replaceChildren(...asked.map((key) => {
      const input = make("input", {
        type: "text", inputmode: "text", autocomplete: "off", spellcheck: "false",
        maxlength: "40", "data-for": key, "aria-label": say("result_of", { name: key }),
      });
      return few ? input : make("label", {}, Pointing.nameOf(key), input);
    }));
  };

  const spread = (keys) => (keys.length <= CHOSEN ? keys : Array.from({ length: CHOSEN },
    (_, place) => keys[Math.round((place * (keys.length - 1)) / (CHOSEN - 1))]));

  const answer = () => {
    const marks = all("input", fields).map((input) => {
      const mark = Predict.judge(input.value, input.dataset.for);
      input.className = mark;
      input.setAttribute("aria-invalid", String(mark !== "right"));
      return mark;
    });
    Predict.score.tries += 1;
    const worst = ["unread", "wrong", "short"].find((mark) => marks.includes(mark));
    if (worst) {
      const at = all("input", fields)[marks.indexOf(worst)];
      verdictOn(worst, marks);
      at.focus();
      at.select();
      return;
    }
    Predict.settle("right");
    tell("right", "right");
    find("#forward").focus();
  };

  /* What is said of answers that are not right; what explains them may be found a moment later. */
  const verdictOn = (worst, marks) => {
    const why = worst === "wrong" ? explained(marks) : "";
    tell(worst, why ? "wrong_because" : worst, { why });
    if (why || worst !== "wrong") return;
    const inputs = all("input", fields);
    const typed = inputs.map((input) => input.value);
    const wrong = inputs.filter((_, place) => marks[place] === "wrong");
    Promise.all(wrong.map((input) => Predict.learn(input.dataset.for))).then((learnt) => {
      const here = fields.contains(inputs[0]) && inputs.every(({ value }, place) => value === typed[place]);
      if (learnt.includes(true) && here && explained(marks)) verdictOn(worst, marks);
    });
  };

  /* What explains the first of the wrong answers that anything explains. */
  const explained = (marks) => all("input", fields).filter((_, place) => marks[place] === "wrong")
    .map((input) => Predict.why(input.value, input.dataset.for)).find(Boolean) || "";

  const tell = (mark, key, values = {}) => {
    verdict.className = mark;
    verdict.textContent = say(key,
      { ...Predict.score, figures: data.marking.figures, ...values });
    Player.announce(verdict.textContent);
    beforeDrawing(Fit.reveal);
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    answer();
  });
  open.addEventListener("click", () => {
    const typed = all("input", fields).map((input) => input.value);
    Predict.uncover();
    all("input", fields).forEach((input, place) => { input.value = typed[place]; });
    takeUp();
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
