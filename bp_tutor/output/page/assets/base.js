/* What the other parts share: the data of the page, its language, small helpers. */
const data = JSON.parse(document.getElementById("data").textContent);
const root = document.documentElement;
const find = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

/* A word of the page in the language that is shown, with values put in. */
const say = (key, values = {}) =>
  (data.words[root.lang][key] || key).replace(/\{(\w+)\}/g, (_, name) => String(values[name]));

/* What a step does, in two words and in a sentence. */
const titleOf = (step) => (step.rule ? data.rules[step.rule][root.lang][0] : say("table_title"));
const reasonOf = (step) => (step.rule ? data.rules[step.rule][root.lang][1] : "");

const make = (name, attributes = {}, ...inside) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...inside);
  return element;
};

/* What is remembered between visits; a browser may forbid it, and then nothing is. */
const Memory = {
  get(key) {
    try {
      return localStorage.getItem(`bp-tutor.${key}`);
    } catch {
      return null;
    }
  },
  set(key, value) {
    try {
      localStorage.setItem(`bp-tutor.${key}`, value);
    } catch {
      /* Then the next visit starts afresh. */
    }
  },
};

/* What has to look where things stand: once before the page is drawn, however many steps went by. */
const beforeDrawing = (() => {
  const tasks = new Set();
  return (task) => {
    if (!tasks.size) {
      requestAnimationFrame(() => {
        const found = [...tasks];
        tasks.clear();
        found.forEach((each) => each());
      });
    }
    tasks.add(task);
  };
})();

const calm = matchMedia("(prefers-reduced-motion: reduce)");
