/* The tabs beside the picture: the derivation, and what else can be done with the exercise. */
const Tools = (() => {
  const tabs = all("#tabs [role=tab]");
  const panels = Object.fromEntries(
    tabs.map((tab) => [tab.id, find(`#${tab.getAttribute("aria-controls")}`)]),
  );
  const BESIDE = "tab-change";

  const open = (chosen) => {
    for (const tab of tabs) {
      const on = tab === chosen;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
      panels[tab.id].hidden = !on;
    }
    // What is changed is seen in the derivation below.
    if (chosen.id === BESIDE) find("#derivation").hidden = false;
    root.dataset.tool = chosen.id.replace("tab-", "");
    State.tell("tool");
  };

  for (const tab of tabs) tab.addEventListener("click", () => open(tab));
  find("#tabs").addEventListener("keydown", (event) => {
    const way = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!way) return;
    event.preventDefault();
    event.stopPropagation();
    const usable = tabs.filter((tab) => !tab.disabled);
    const place = usable.indexOf(document.activeElement);
    const next = usable[(place + way + usable.length) % usable.length];
    next.focus();
    open(next);
  });
  root.dataset.tool = "derivation";
  const home = () => {
    find("#all").href = Site.indexes[root.lang];
  };
  State.changed((what) => {
    if (what === "start" || what === "language") home();
  });
  Engine.changed((state) => {
    for (const tab of tabs) {
      if (tab.id !== "tab-derivation") tab.disabled = state !== "ready";
    }
    if (state !== "ready" && state !== "starting") open(tabs[0]);
  });
  return { open: (name) => open(find(`#tab-${name}`)) };
})();
