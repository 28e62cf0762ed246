/* The quiz: the talk of the terminal, with buttons and fields for what is typed there. While it
 * is open, the picture shows what is known at its question, and what is asked. */
const Quiz = (() => {
  const panel = find("#quiz");
  const start = find("#quiz-start");
  const run = find("#quiz-run");
  const said = find("#quiz-said");
  const answer = find("#quiz-answer");
  const field = find("#quiz-field");
  const word = find("#quiz-word");
  const end = find("#quiz-end");
  const OPEN = "quiz";
  /* What is being taken: its question, what is kept of it (the session, what was said and where
   * it stands), how it was begun. */
  let now = null;
  let record = null;
  let options = null;
  let result = null;
  let busy = false;
  let lost = false;
  /* A quiz that is shown while the program that goes on with it is still loading. */
  let waiting = null;
  let article = null;

  const tell = (text, wrong = false) => {
    word.textContent = text;
    word.classList.toggle("wrong", wrong);
  };
  const remembered = {
    get: () => { try { return sessionStorage.getItem(OPEN); } catch { return null; } },
    set: (key) => {
      try {
        if (key) sessionStorage.setItem(OPEN, `${Site.name} ${key}`);
        else sessionStorage.removeItem(OPEN);
      } catch { /* Then a reload shows the list of what was begun. */ }
    },
  };

  /* The picture: what is known here, and what is asked. */
  const show = () => {
    const open = root.dataset.tool === "quiz" && now;
    State.ask("quiz", open ? {
      known: new Map(Object.entries(now.known)),
      step: { phase: now.phase, update: now.update, rule: "", gives: now.asked, uses: [], wires: [] },
    } : null);
  };

  const SHAPES = 12;
  const sizes = { rows: 2, columns: 2 };
  const number = (label) => make("input", {
    type: "text", class: "cell", autocomplete: "off", autocapitalize: "off", spellcheck: "false",
    maxlength: "200", "aria-label": label,
  });
  const grid = () => {
    const size = (name) => {
      const select = make("select", {}, ...Array.from({ length: SHAPES }, (_, at) => {
        const option = make("option", { value: at + 1 }, String(at + 1));
        option.selected = at + 1 === sizes[name];
        return option;
      }));
      select.addEventListener("change", () => {
        sizes[name] = Number(select.value);
        matrix();
      });
      return make("label", {}, say(`quiz_page.${name}`), " ", select);
    };
    return make("div", { class: "actions" }, size("rows"), size("columns"));
  };
  const matrix = () => {
    const before = all(".row", field).map((row) => all("input", row).map((cell) => cell.value));
    const rows = Array.from({ length: sizes.rows }, (_, row) => make("div", { class: "row" },
      ...Array.from({ length: sizes.columns }, (_, column) => {
        const cell = number(say("quiz_page.cell", { row: row + 1, column: column + 1 }));
        cell.value = (before[row] || [])[column] || "";
        return cell;
      })));
    field.replaceChildren(grid(), make("div", { class: "matrix" }, ...rows), submit());
  };
  const submit = () => make("button", { type: "submit", class: "main" }, say("quiz_page.answer"));
  const single = () => {
    const input = number(say("quiz_page.your_answer"));
    input.placeholder = say(now.field === "formula" ? "quiz_page.formula_here" : "quiz_page.number_here");
    input.maxLength = 10000;
    field.replaceChildren(input, submit());
  };
  /* How the question is answered; what was typed for another one is gone. */
  const fields = () => {
    field.className = now.field;
    if (field.dataset.place !== String(now.place)) field.replaceChildren();
    field.dataset.place = now.place;
    if (now.field === "choice") field.replaceChildren();
    else if (now.field === "matrix") matrix();
    else single();
  };
  const typed = () => {
    const cells = all(".row", field).map((row) => all("input", row).map((cell) => cell.value.trim()));
    if (now.field !== "matrix") return find("input", field).value;
    if (cells.every((row) => row.every((cell) => !cell))) return "";
    if (cells.some((row) => row.includes(""))) return null;
    return cells.map((row) => `[${row.join(", ")}]`).join("; ");
  };

  /* One thing that is said. */
  const headed = (text) => {
    if (article && article.dataset.head === text) return null;
    article = make("section", { class: "asked", "data-head": text }, make("h3", {}, text));
    return article;
  };
  const optionsOf = (found) => make("div", { class: "options" }, ...found.map(([sign, text]) => {
    const button = make("button", { type: "button", "data-line": sign },
      make("kbd", {}, sign), " ", make("span", {}, text));
    return button;
  }));
  const tableOf = ({ heads, rows }) => {
    const cells = (name, row) => row.map((text, at) =>
      make(at || name === "th" ? name : "th", { scope: name === "th" ? "col" : "row" }, text));
    return make("div", { class: "wide", tabindex: "0" }, make("table", {},
      make("thead", {}, make("tr", {}, ...cells("th", heads))),
      make("tbody", {}, ...rows.map((row) => make("tr", {}, ...cells("td", row))))));
  };
  const element = (found) => {
    if (found.kind === "options") return optionsOf(found.options);
    if (found.kind === "table") return tableOf(found);
    if (found.kind === "block") {
      const lines = make("div", { class: "lines" }, ...Patch.nodes(found.html));
      Lines.adopt(lines);
      return lines;
    }
    if (found.kind === "given") {
      return make("details", { class: "given", open: "" },
        make("summary", {}, say("quiz_page.known")), ...Patch.nodes(found.html));
    }
    // What is typed at a terminal is pressed here.
    if (["command", "commands"].includes(found.look)) return null;
    if (found.look === "heading") return headed(found.text);
    const name = found.text.startsWith("  ") ? "pre" : "p";
    return make(name, { class: found.look || "plain" }, found.text);
  };

  const hear = (messages, echo, still = false) => {
    const fresh = [];
    const put = (one) => {
      if (!one) return;
      if (one === article || !article) said.append(one);
      else article.append(one);
      fresh.push(one);
    };
    // Small questions of before are gone; the choices of this question stay.
    for (const each of all(".options button", said)) {
      const here = article && article.contains(each) && now && now.field === "choice";
      each.disabled = !(here && /^\d+$/.test(each.dataset.line));
    }
    if (echo) put(make("p", { class: "mine" }, echo));
    messages.forEach((each) => put(element(each)));
    const last = fresh[fresh.length - 1];
    if (last && !still) {
      const tall = last.getBoundingClientRect().bottom - fresh[0].getBoundingClientRect().top;
      const seen = tall > innerHeight / 2 ? [fresh[0], "start"] : [last, "nearest"];
      seen[0].scrollIntoView({ block: seen[1], behavior: calm.matches ? "auto" : "smooth" });
    }
  };

  const keep = async () => {
    if (!record || !record.session) return;
    const mine = record;
    try {
      const parted = await Shelf.keep(mine).catch((error) => {
        // What was said needs more room than what was answered.
        if (!mine.said.length) throw error;
        mine.said = [];
        return Shelf.keep(mine);
      });
      if (mine === record) remembered.set(now ? mine.key : "");
      if (parted) tell(say("quiz_page.two_tabs"));
      else if (word.dataset.about === "store") tell("");
      delete word.dataset.about;
    } catch (error) {
      tell(say("quiz_page.not_kept", { reason: error ? error.message || error.name : "" }), true);
      word.dataset.about = "store";
    }
  };

  /* Of a quiz that goes on, what still stands there is not said again. */
  const unsaid = (messages) => {
    const from = messages.findIndex(({ look }) => look === "heading");
    if (!record.said.length || from < 0) return messages;
    const { text } = messages[from];
    if (!article || article.dataset.head !== text) return messages.slice(from);
    return [{ kind: "text", look: "note", text: say("quiz_page.goes_on", { question: text }) }];
  };

  const take = (found, echo = "", again = false) => {
    const before = now;
    now = found.now;
    const messages = again ? unsaid(found.said) : found.said;
    hear(messages, echo);
    record.said.push([echo, messages]);
    if (found.session) record.session = found.session;
    record.now = now;
    find("#quiz-progress").max = found.count;
    find("#quiz-progress").value = found.settled;
    find("#quiz-count").textContent = say("quiz_page.of", { done: found.settled, count: found.count });
    answer.hidden = !now;
    end.hidden = Boolean(now);
    find("#quiz-head button").hidden = !now;
    if (now) {
      const moved = !before || before.place !== now.place || before.field !== now.field;
      const typing = field.contains(document.activeElement);
      if (moved) fields();
      for (const name of ["hint", "show"]) find(`[data-line=":${name}"]`, answer).hidden = !now.hints;
      for (const name of [":remedy", ""]) find(`[data-line="${name}"]`, answer).hidden = !now.wrong;
      const first = find("input", field);
      if (first && typing) {
        first.focus({ preventScroll: true });
        first.select();
      }
    } else {
      result = found.result;
      find("#quiz-practise").hidden = !result.practise.length;
    }
    show();
    keep();
  };

  /* Asks the program; while an answer is on its way nothing else is asked. */
  const ask = async (name, values, echo) => {
    if (busy) return false;
    busy = true;
    panel.setAttribute("aria-busy", "true");
    tell("");
    try {
      const found = await Engine.call(name, { digest: Site.digest, ...values });
      take(found, echo, name === "quiz_resume");
      return true;
    } catch (error) {
      tell(error.message, true);
      return false;
    } finally {
      busy = false;
      panel.removeAttribute("aria-busy");
      root.dataset.quiz = now ? "asking" : result ? "over" : "none";
    }
  };

  const clear = () => {
    said.replaceChildren();
    article = null;
    now = null;
    result = null;
    lost = false;
    start.hidden = true;
    run.hidden = false;
  };
  const back = () => {
    now = null;
    record = null;
    result = null;
    start.hidden = false;
    run.hidden = true;
    root.dataset.quiz = "none";
    remembered.set("");
    show();
    list();
  };

  const begin = async (wanted) => {
    clear();
    options = wanted;
    record = { key: "", revision: 0, session: null, said: [], now: null };
    if (!await ask("quiz", { options: wanted })) {
      const why = word.textContent;
      back();
      tell(why, true);
    }
  };
  /* What was kept of a quiz, as it stood there. */
  const restore = (found) => {
    clear();
    record = Object.assign(found, { said: found.said || [], now: found.now || null });
    options = record.session.options;
    record.said.forEach(([echo, messages]) => hear(messages, echo, true));
    answer.hidden = true;
    end.hidden = true;
    find("#quiz-head button").hidden = true;
  };
  const resume = async (found) => {
    restore(found);
    if (!await ask("quiz_resume", { session: found.session })) {
      const why = word.textContent;
      back();
      tell(why, true);
    }
  };

  /* What was begun here and not ended, the latest first. */
  const list = async () => {
    let kept = [];
    try {
      kept = await Shelf.all();
    } catch (error) {
      tell(say("quiz_page.no_store", { reason: error ? error.message || error.name : "" }));
    }
    const open = kept.filter(({ session }) => session.digest === Site.digest && session.state !== "done")
      .sort((one, other) => other.session.started.localeCompare(one.session.started));
    const older = kept.filter(({ session }) => session.problem === Site.name
      && session.digest !== Site.digest && session.state !== "done");
    find("#quiz-begun").replaceChildren(...open.slice(0, 5).map((each) => {
      const { started, answers, questions } = each.session;
      const done = new Set(answers.map(({ place }) => place)).size;
      const button = make("button", { type: "button" }, say("quiz_page.go_on", {
        date: new Date(started).toLocaleString(root.lang), done, count: questions.length,
      }));
      button.addEventListener("click", () => resume(each));
      return button;
    }), ...(older.length ? [make("p", { class: "note" }, say("quiz_page.older", { count: older.length }))] : []));
    return kept;
  };

  start.addEventListener("submit", (event) => {
    event.preventDefault();
    const listed = (name) => find(name).value.split(/[\s,，、]+/).filter(Boolean);
    const whole = (name) => (/^\d+$/.test(find(name).value.trim()) ? Number(find(name).value) : null);
    if (find("#quiz-seed").value.trim() && whole("#quiz-seed") === null) {
      tell(say("unread"), true);
      return;
    }
    begin({
      ask: listed("#quiz-ask"), layer: listed("#quiz-layer"), most: whole("#quiz-most"),
      level: find("#quiz-level").value, form: find("#quiz-form").value,
      shuffle: find("#quiz-shuffle").checked, hints: find("#quiz-hints").checked,
      seed: whole("#quiz-seed"),
    });
  });
  answer.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!now || now.field === "choice") return;
    const line = typed();
    if (line === null) {
      tell(say("quiz_page.gaps"), true);
      all("input", field).find((cell) => !cell.value.trim()).focus();
      return;
    }
    ask("quiz_line", { line }, line || say("quiz_page.went_on"));
  });
  run.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-line]");
    if (!button || button.disabled || !now) return;
    const { line } = button.dataset;
    ask("quiz_line", { line }, answer.contains(button) || line.startsWith(":") ? button.innerText.trim() : line);
  });
  panel.addEventListener("keydown", (event) => {
    event.stopPropagation();
    const choice = all(".options button:not(:disabled)", said)
      .find((each) => each.dataset.line === event.key);
    if (choice && !event.target.matches("input, select")) choice.click();
  });
  find("#quiz-again").addEventListener("click", back);
  find("#quiz-practise").addEventListener("click", () => begin({
    ...options, ask: [...new Set(result.practise.map((each) => each.ask))], most: null, due: [], rules: [],
  }));
  find("#quiz-hand-in").addEventListener("submit", async (event) => {
    event.preventDefault();
    const student = find("#quiz-name").value.trim();
    try {
      const { text, own: ownNumbers } = await Engine.call("quiz_hand_in", { student });
      const plain = student.replace(/[^\p{L}\p{N}]+/gu, "-").slice(0, 60);
      Page.save(`${Site.name}-${plain}.json`, text, "application/json");
      Memory.set("student", student);
      tell(say(ownNumbers ? "quiz_page.saved_own" : "quiz_page.saved"), ownNumbers);
    } catch (error) {
      tell(error.message, true);
    }
  });
  find("#quiz-name").value = Memory.get("student") || "";

  find("#quiz-export").addEventListener("click", async () => {
    try {
      let sessions = [];
      try {
        sessions = (await Shelf.all()).map(({ session }) => session);
      } catch { /* What is open here can still be taken along. */ }
      if (record && record.session) sessions.push(record.session);
      const { text, count } = await Engine.call("quiz_export", { sessions });
      Page.save("bp-tutor-progress.json", text, "application/json");
      tell(say("quiz_page.exported", { count }));
    } catch (error) {
      tell(error.message, true);
    }
  });
  find("#quiz-import").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    event.target.value = "";
    if (!file) return;
    try {
      const found = await Engine.call("quiz_import", { text: await file.text() });
      const known = new Set((await Shelf.all()).map(({ session }) => JSON.stringify({ ...session, id: 0 })));
      const fresh = found.sessions.filter((each) => !known.has(JSON.stringify({ ...each, id: 0 })));
      for (const session of fresh) await Shelf.keep({ key: "", revision: 0, session });
      tell(say("quiz_page.imported", { count: fresh.length, spoilt: found.spoilt }));
      if (!run.hidden) return;
      list();
    } catch (error) {
      tell(error.message || error.name, true);
    }
  });

  // A click in the picture would lead to the line that works it out.
  find("main").addEventListener("click", (event) => {
    if (root.dataset.tool === "quiz" && event.target.closest("#net")) event.stopPropagation();
  }, { capture: true });

  State.changed((what) => {
    if (what === "tool") show();
    if (what === "language" && now && !busy && !waiting) {
      if (record.session) resume(record);
      else begin(options);
    } else if (what === "language" && run.hidden) list();
  });
  /* The quiz that was open here before the page was loaded anew. */
  const opened = async () => {
    const [name, key] = (remembered.get() || "").split(" ");
    if (name !== Site.name || !key) return null;
    const mine = await Shelf.get(key).catch(() => null);
    return mine && mine.session.digest === Site.digest && mine.session.state !== "done" ? mine : null;
  };
  /* Shows it at once, with its picture; it can be answered as soon as the program is there. */
  const wait = async () => {
    const mine = await opened();
    if (!mine || now) return null;
    restore(mine);
    now = record.now;
    Tools.open("quiz");
    panel.setAttribute("aria-busy", "true");
    tell(say("quiz_page.starting"));
    said.lastElementChild?.scrollIntoView({ block: "end", behavior: "instant" });
    return mine;
  };
  Engine.changed(async (state) => {
    if (state === "starting") {
      lost = Boolean(now);
      waiting = lost ? null : wait();
      return;
    }
    const shown = await waiting;
    waiting = null;
    if (shown) {
      panel.removeAttribute("aria-busy");
      now = null;
    }
    if (state !== "ready") {
      show();
      return;
    }
    // The worker was ended over something: what was answered is kept, and asked on from there.
    if (shown) resume(record);
    else if (lost && record && record.session) resume(record);
    else if (lost) begin(options);
    else if (!now) list();
  });
  return { list };
})();
