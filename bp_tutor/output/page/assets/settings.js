/* Language, light and dark, index or matrix form, digits, predicting. */
const Settings = (() => {
  const form = find("#form");
  const digits = find("#digits");
  const theme = find("#theme");
  const predicting = find("#predicting");
  const hiding = find("#hiding");

  const values = all("[data-values]");

  /* Symbols, numbers or both in the picture; where no label has room for both, no such button. */
  const mark = () => {
    for (const button of values) {
      const name = button.dataset.values;
      button.setAttribute("aria-pressed", String(name === Picture.values));
      button.hidden = name === "both" && !find(".equals", Picture.figure);
    }
  };
  for (const button of values) {
    button.addEventListener("click", () => {
      Picture.show(button.dataset.values);
      mark();
    });
  }

  const label = () => {
    for (const element of all("[data-label]")) {
      const text = say(element.dataset.label);
      element.setAttribute("aria-label", text);
      if (element.matches("button, a")) element.title = text;
    }
    all("option[data-word]").forEach((option) => {
      option.textContent = say(option.dataset.word);
    });
    form.setAttribute("aria-pressed", String(State.form === "matrix"));
    document.title = data.title[root.lang];
  };

  const language = (name) => {
    root.lang = name;
    for (const button of all("[data-language]")) {
      button.setAttribute("aria-pressed", String(button.dataset.language === name));
    }
    label();
    State.tell("language");
  };

  for (const button of all("[data-language]")) {
    button.addEventListener("click", () => {
      Memory.set("language", button.dataset.language);
      language(button.dataset.language);
    });
  }

  const setTheme = (name) => {
    if (name === "auto") delete root.dataset.theme;
    else root.dataset.theme = name;
  };
  theme.addEventListener("change", () => {
    Memory.set("theme", theme.value);
    setTheme(theme.value);
  });
  theme.value = Memory.get("theme") || "auto";
  if (!theme.value) theme.value = "auto";
  setTheme(theme.value);

  form.addEventListener("click", () => {
    Player.stop();
    State.setForm(State.form === "index" ? "matrix" : "index");
  });

  // No control that would do nothing: where no number is free to be written with other digits
  // (all of them rounded by hand, or none there), or where there is none to predict.
  const offer = () => {
    form.hidden = !State.steps("matrix").length || !State.steps("index").length;
    digits.closest("label").hidden = !data.free;
    predicting.hidden = !["index", "matrix"].some((name) => State.steps(name)
      .some((_, place) => Lines.tells(place + 1, name)));
  };
  offer();
  mark();
  digits.addEventListener("change", () => State.setDigits(Number(digits.value)));

  predicting.addEventListener("click", () => {
    Player.stop();
    Predict.set(!Predict.on);
    predicting.setAttribute("aria-pressed", String(Predict.on));
    hiding.hidden = !Predict.on;
  });
  hiding.value = "result";
  hiding.addEventListener("change", () => Predict.cover(hiding.value === "formula"));

  const help = find("#help");
  find("#help-open").addEventListener("click", () => help.showModal());

  State.changed((what) => {
    form.setAttribute("aria-pressed", String(State.form === "matrix"));
    if (what === "data") {
      offer();
      mark();
    }
  });
  return { language };
})();
