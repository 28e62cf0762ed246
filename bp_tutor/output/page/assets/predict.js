/* Predicting: each result stays hidden until the student types it or has it shown; where that is
 * chosen, the formula as well. Nothing that is still to come tells it. */
const Predict = (() => {
  const shown = { index: new Set(), matrix: new Set() };
  const score = { right: 0, tries: 0, told: 0 };
  /* Steps whose formulas were asked for. */
  const opened = { index: new Set(), matrix: new Set() };
  let on = false;
  let covering = false;

  /* Whether a step's result is still to be answered; a step without numbers has none. */
  const closed = (number) => !shown[State.form].has(number) && Lines.tells(number);

  /* The first step whose result is still hidden; nobody goes past it. */
  const frontier = () => {
    const count = State.steps().length;
    for (let number = 1; number <= count; number += 1) {
      if (closed(number)) return number;
    }
    return count + 1;
  };

  const hidden = (number) => on && number >= 1 && closed(number);

  /* Whether a value is hidden: the current step works it out, and has not been answered. */
  const hides = (key) => {
    const step = State.step();
    return Boolean(step) && hidden(State.place) && step.gives.includes(key);
  };

  /* Whether the formula of a step is hidden as well. */
  const covers = (number) => covering && hidden(number) && !opened[State.form].has(number);

  const fresh = (number) => {
    for (let each = 1; each < number; each += 1) shown[State.form].add(each);
  };

  /* Goes to a step; what stands before it counts as known. */
  const jump = (number) => {
    if (on) fresh(number);
    State.go(number);
  };

  /* Goes on by one; stays where a result is hidden. Answers whether it went. */
  const forward = () => {
    if (hidden(State.place)) return false;
    if (State.place >= State.steps().length) return false;
    State.go(State.place + 1);
    return true;
  };

  const set = (value) => {
    on = value;
    if (on) {
      for (const steps of [shown, opened]) Object.values(steps).forEach((each) => each.clear());
      fresh(Math.max(State.place, 1));
      Object.assign(score, { right: 0, tries: 0, told: 0 });
      if (State.place === 0) State.go(1);
    }
    root.classList.toggle("predicting", on);
    State.tell("predict");
  };

  /* Hides formulas or leaves them there. */
  const cover = (value) => {
    covering = value;
    State.tell("predict");
  };

  const uncover = () => {
    opened[State.form].add(State.place);
    State.tell("predict");
  };

  /* In the other form, what stands before the step is known as well. */
  State.changed((what) => {
    if (what === "form" && on) fresh(State.place);
  });

  const NUMBER = /^([+-]?)(\d*)(?:[.,](\d*))?(?:e([+-]?\d+))?(%?)$/i;

  /* What was typed: its value, half of its last digit, how many figures it has. */
  const read = (text) => {
    const plain = text.normalize("NFKC").replace(/\s/g, "").replace(/[−–]/g, "-")
      .replace(/[·*×]10\^?\(?([-+]?\d+)\)?$/, "e$1");
    const found = NUMBER.exec(plain);
    if (!found || !(found[2] || found[3])) return null;
    const [, sign, whole, part = "", power = "0", percent] = found;
    const scale = 10 ** (Number(power) - (percent ? 2 : 0));
    const value = Number(`${sign}${whole || 0}.${part || 0}`) * scale;
    const figures = (whole + part).replace(/^0+/, "").length;
    return { value, radius: 0.5 * 10 ** -part.length * scale, figures };
  };

  /* Whether what was typed, rounded or cut off so, may be a number of an interval; no digits
   * that were left out make a zero of something. */
  const reaches = ({ value, radius }, [low, high]) => {
    const { twice, nearly, nothing } = data.marking;
    if (value === 0 && (low > nothing || high < -nothing)) return false;
    const size = Math.max(Math.abs(low), Math.abs(high));
    const slack = radius * twice + Math.max(nearly * size, nothing);
    if (value + slack >= low && value - slack <= high) return true;
    const unit = 2 * radius - nothing * size;
    return value > 0 ? high > value && low < value + unit : low < value && high > value - unit;
  };

  const same = (value, other) => {
    const { nearly } = data.marking;
    return Math.abs(value - other) <= nearly * Math.max(Math.abs(other), nearly);
  };

  /* Right is what lies between what the numbers of the line give and the exact value. Too few
   * figures tell too little, unless the number itself has no more. */
  const judge = (text, key) => {
    const typed = read(text);
    if (!typed) return "unread";
    const right = State.right(key);
    if (!reaches(typed, right)) return "wrong";
    const whole = [...right, Number(State.shown(key))].some((each) => same(typed.value, each));
    return whole || typed.figures >= data.marking.figures ? "right" : "short";
  };

  /* Who finds the mistakes of a number that the page has none for; nobody on a page alone. */
  let finder = null;
  const finding = (found) => { finder = found; };

  /* Looks for them where that was not done yet; whether there is anything new. */
  const learn = async (key) => {
    const { mistakes } = data;
    const { update } = State;
    if (!finder || (mistakes[update - 1] || {})[key]) return false;
    const found = await finder(update, key);
    mistakes[update - 1] = { ...mistakes[update - 1], [key]: found };
    return found.length > 0 && mistakes === data.mistakes;
  };

  /* What explains a wrong answer: the known mistake whose number is next to it; empty for none. */
  const why = (text, key) => {
    const typed = read(text);
    const known = (data.mistakes[State.update - 1] || {})[key];
    if (!typed || !known) return "";
    const off = ([low, high]) => Math.abs(typed.value - (low + high) / 2);
    const [found] = known.filter(([low, high]) => (typed.figures < data.marking.figures
      ? low <= typed.value && typed.value <= high : reaches(typed, [low, high])))
      .sort((one, other) => off(one) - off(other));
    return found ? found[2 + data.languages.indexOf(root.lang)] : "";
  };

  const settle = (how) => {
    shown[State.form].add(State.place);
    score[how] += 1;
    State.tell("answer");
  };

  return {
    set, jump, forward, cover, uncover, covers, hidden, hides, frontier, judge, read, why, learn, finding, settle,
    score,
    get on() { return on; },
  };
})();
