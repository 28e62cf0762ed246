/* Numbers as the derivation writes them. Python rounds them and decides about signs; here they
 * are only unpacked, and a text is put into the signs of the page. */
const Shown = (() => {
  const RAISED = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹";
  const raised = (power) => power.replace(/[-0-9]/g, (sign) => RAISED["-0123456789".indexOf(sign)]);

  /* Of `-2.763e-5`: the digits without their sign, and the power of ten where there is one. */
  const parts = (text) => {
    const [digits, power = null] = text.replace(/^-/, "").replace("inf", "∞").split("e");
    return { digits, power };
  };

  /* As one line of text, `−2.763·10⁻⁵`. */
  const line = (text) => {
    const { digits, power } = parts(text);
    return `${text.startsWith("-") ? "−" : ""}${digits}${power === null ? "" : `·10${raised(power)}`}`;
  };

  return { parts, line };
})();

/* What a page says with some digits: texts by key and update, signs by form and step, and from
 * where to where the right answer for each result lies. */
const Views = (() => {
  const words = (text, between = " ") => (text ? text.split(between) : []);

  /* A text that is told by how much it has in common with another one. */
  const longer = (text, other) => other.slice(0, parseInt(text[0], 36)) + text.slice(1);
  const lengthened = (texts, others) => texts.map((text, place) => longer(text, others[place]));

  /* Keys that are each told by the one before it. */
  const chain = (text, between = " ") => {
    let before = "";
    return words(text, between).map((each) => {
      before = longer(each, before);
      return before;
    });
  };

  const unpacked = ({ runs, results, views }) => {
    const keys = runs.map((groups) => groups.flatMap(([, , several]) => chain(several)));
    const asked = results.map((each) => chain(each));
    const last = views[views.length - 1];
    const each = (view, name) => view[name].map((text, run) =>
      (view === last ? words(text) : lengthened(words(text), words(last[name][run]))));
    return new Map(views.map((view) => [view.digits, {
      digits: view.digits,
      signs: view.signs,
      texts: each(view, "texts").map((texts, run) =>
        new Map(texts.map((text, place) => [keys[run][place], text]))),
      right: each(view, "right").map((ends, run) => new Map(asked[run].map((key, place) =>
        [key, [Number(ends[2 * place]), Number(ends[2 * place + 1])]]))),
    }]));
  };

  /* The known mistakes of each number, with their sentences instead of the places of these. */
  const explained = ({ mistakes, said }) => {
    const texts = said.map((several) => chain(several, "\n"));
    return mistakes.map((run) => Object.fromEntries(Object.entries(run).map(([key, several]) =>
      [key, several.map(([low, high, ...places]) =>
        [low, high, ...places.map((place, language) => texts[language][place])])])));
  };

  return { words, chain, unpacked, explained };
})();
