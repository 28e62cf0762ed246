/* Where the page stands: which form, which step, and what is known there. Everything that is
 * shown follows from this; whoever wants to follow it is told by `State.changed`. */
const State = (() => {
  const listeners = [];
  const state = { form: "index", at: { index: 0, matrix: 0 }, digits: data.digits };
  // All that follows from the data; `replace` makes it anew.
  const made = {};

  const take = () => {
    made.steps = Object.fromEntries(Object.entries(data.steps).map(([form, steps]) => [form,
      steps.map(([phase, update, rule, gives, uses, wires]) =>
        ({ phase, update, rule, gives: Views.chain(gives), uses: Views.chain(uses), wires }))]));
    made.runs = data.runs.map((groups) => groups.map(([name, given, keys]) =>
      ({ name, given: Boolean(given), keys: Views.chain(keys) })));
    made.arrays = new Set(made.runs.flatMap((groups) => groups.map(({ name }) => name)));
    made.views = Views.unpacked(data);
    data.mistakes = Views.explained(data);
    made.since = {};
  };
  take();

  /* What a tool, such as a quiz, shows in place of the steps: a step of its own or none, and what
   * is known as texts. It ends where the same tool gives null. */
  let asked = null;
  const ask = (tool, found) => {
    if (found) asked = { tool, ...found };
    else if (asked && asked.tool === tool) asked = null;
    else return;
    tell("step");
  };

  const steps = (form = state.form) => made.steps[form];
  const place = () => state.at[state.form];
  const step = (number) => (asked && number === undefined
    ? asked.step : steps()[(number === undefined ? place() : number) - 1] || null);
  const updateOf = (found) => (found ? found.update : 1);

  /* Since when each value is known, by form and update: the number of a step, 0 for what is
   * given. Where a step names only the first entries, the others are known with the last; what
   * no step works out is known with the first step behind it. */
  const since = (form, update) => {
    const name = `${form} ${update}`;
    if (made.since[name]) return made.since[name];
    const by = new Map();
    let behind = 0;
    made.steps[form].forEach((found, index) => {
      if (found.update !== update) return;
      behind = index + 1;
      found.gives.forEach((key) => by.has(key) || by.set(key, behind));
    });
    for (const { name: array, given, keys } of [...made.runs[update - 1]].reverse()) {
      const every = [array, ...keys];
      const told = every.filter((key) => by.has(key)).map((key) => by.get(key));
      const last = told.length ? Math.max(...told) : behind;
      if (given) every.forEach((key) => by.set(key, 0));
      else {
        every.forEach((key) => by.has(key) || by.set(key, last));
        if (told.length) behind = Math.min(...told);
      }
    }
    made.since[name] = by;
    return by;
  };

  /* What the page says with so many digits; with those that there are where it is not told. */
  const view = (digits = state.digits) => made.views.get(digits)
    || made.views.get(data.digits) || made.views.values().next().value;

  /* A value as it is shown, or null where the page has no number for it. */
  const shown = (key, update = updateOf(step()), digits = state.digits) => {
    if (asked) return (update === updateOf(asked.step) && asked.known.get(key)) || null;
    const texts = view(digits).texts[update - 1];
    return (texts && texts.get(key)) || null;
  };

  /* From where to where the right answer for a value lies; null where nobody is asked for it. */
  const right = (key, update = updateOf(step())) => view().right[update - 1].get(key) || null;

  const isKnown = (key, number, form = state.form) => {
    if (asked && number === undefined) return asked.known.has(key);
    return isKnownAt(key, number === undefined ? place() : number, form);
  };
  const isKnownAt = (key, number, form) => {
    const found = made.steps[form][number - 1];
    const at = since(form, updateOf(found)).get(key);
    return at !== undefined && at <= number;
  };

  /* The array that an entry belongs to, `Z[2]` of `Z[2,1]@3`. */
  const arrayOf = (key) => {
    if (made.arrays.has(key)) return key;
    const [head, inside = ""] = key.split("@")[0].replace(/\]$/, "").split("[");
    const places = inside.split(",");
    for (let count = places.length - 1; count > 0; count -= 1) {
      const name = `${head}[${places.slice(0, count).join(",")}]`;
      if (made.arrays.has(name)) return name;
    }
    return head;
  };

  const changed = (listener) => listeners.push(listener);
  const tell = (what) => listeners.forEach((listener) => listener(what));

  const go = (number) => {
    const target = Math.max(0, Math.min(number, steps().length));
    state.at[state.form] = target;
    tell("step");
  };

  /* The other form, at the step that works out the same. */
  const setForm = (form) => {
    if (form === state.form) return;
    const here = step();
    state.form = form;
    root.dataset.form = form;
    if (here) {
      const key = here.gives[0];
      const found = steps().findIndex(
        (each) => each.update === here.update && each.gives.includes(key),
      );
      if (found >= 0) state.at[form] = found + 1;
    }
    tell("form");
  };

  /* Another calculation of the same network: its data takes the place of what was here. */
  const replace = (fresh) => {
    Object.assign(data, fresh);
    take();
    for (const form of Object.keys(state.at)) {
      state.at[form] = Math.min(state.at[form], made.steps[form].length);
    }
    tell("data");
  };

  /* The same values with other numbers and signs, while the rest is still being worked out. Gives
   * the numbers that are other ones than before, a map for each run, and the signs. */
  const renumber = (digits, texts, signs) => {
    const found = view(digits);
    const before = found.texts;
    found.signs = signs;
    found.texts = texts.map((text, run) => {
      const keys = made.runs[run].flatMap((group) => group.keys);
      return new Map(Views.words(text).map((each, place) => [keys[place], each]));
    });
    const news = found.texts.map((now, run) =>
      new Map([...now].filter(([key, text]) => before[run].get(key) !== text)));
    return { texts: news, signs };
  };

  const setDigits = (digits) => {
    state.digits = digits;
    tell("digits");
  };

  return {
    changed, tell, go, ask, setForm, setDigits, replace, renumber, steps, step, view, shown, right, isKnown, arrayOf,
    updateOf,
    get place() { return place(); },
    get form() { return state.form; },
    get digits() { return state.digits; },
    get update() { return updateOf(step()); },
    get direction() {
      const phase = step() ? step().phase : "forward";
      if (phase === "update") return "update";
      return phase === "forward" || phase === "loss" ? "forward" : "backward";
    },
  };
})();
