/* Where the page stands: which form, which step, and what is known there. Everything that is
 * shown follows from this; whoever wants to follow it is told by `State.changed`. */
const State = (() => {
  const listeners = [];
  const state = { form: "index", at: { index: 0, matrix: 0 }, digits: data.digits };

  const steps = () => data.steps[state.form];
  const place = () => state.at[state.form];
  const step = (number = place()) => steps()[number - 1] || null;
  const updateOf = (found) => (found ? found.update : 1);

  /* Since when each value is known, by form and update: the number of a step, 0 for what is
   * given. Where a step names only the first entries, the others are known with the last; what
   * no step works out is known with the first step behind it. */
  const known = {};
  const since = (form, update) => {
    const name = `${form} ${update}`;
    if (known[name]) return known[name];
    const by = new Map();
    let behind = 0;
    data.steps[form].forEach((found, index) => {
      if (found.update !== update) return;
      behind = index + 1;
      found.gives.forEach((key) => by.has(key) || by.set(key, behind));
    });
    for (const [quantity, [way, numbers]] of Object.entries(data.runs[update - 1]).reverse()) {
      const keys = [quantity, ...Object.keys(numbers)];
      const told = keys.filter((key) => by.has(key)).map((key) => by.get(key));
      const last = told.length ? Math.max(...told) : behind;
      if (way === 1) keys.forEach((key) => by.set(key, 0));
      else {
        keys.forEach((key) => by.has(key) || by.set(key, last));
        if (told.length) behind = Math.min(...told);
      }
    }
    known[name] = by;
    return by;
  };

  const numbersOf = {};
  const table = (update) => {
    if (!numbersOf[update]) {
      const found = new Map();
      for (const [way, numbers] of Object.values(data.runs[update - 1])) {
        for (const [key, value] of Object.entries(numbers)) found.set(key, [value, way]);
      }
      numbersOf[update] = found;
    }
    return numbersOf[update];
  };

  /* A value as it is shown, or null where the page has no number for it. */
  const shown = (key, update = updateOf(step()), digits = state.digits) => {
    const found = data.runs[update - 1] && table(update).get(key);
    return found ? Numbers.shown(found[0], found[1], digits) : null;
  };

  const exact = (key) => (table(updateOf(step())).get(key) || [NaN])[0];

  const isKnown = (key, number = place(), form = state.form) => {
    const found = data.steps[form][number - 1];
    const at = since(form, updateOf(found)).get(key);
    return at !== undefined && at <= number;
  };

  /* The array that an entry belongs to, `Z[2]` of `Z[2,1]@3`. */
  const arrays = new Set(data.runs.flatMap((run) => Object.keys(run)));
  const arrayOf = (key) => {
    if (arrays.has(key)) return key;
    const [head, inside = ""] = key.split("@")[0].replace(/\]$/, "").split("[");
    const places = inside.split(",");
    for (let count = places.length - 1; count > 0; count -= 1) {
      const name = `${head}[${places.slice(0, count).join(",")}]`;
      if (arrays.has(name)) return name;
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

  const setDigits = (digits) => {
    state.digits = digits;
    tell("digits");
  };

  return {
    changed, tell, go, setForm, setDigits, steps, step, shown, exact, isKnown, arrayOf, updateOf,
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
