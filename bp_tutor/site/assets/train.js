/* Training on the page: updates in slices, so that it can be paused at any moment; the picture
 * shows the weights of the moment. It starts from the numbers that the exercise has now. */
const Train = (() => {
  const NAME = "train";
  const FRAME = 40;
  // Of a surface: what it has at least and at most, and what stands below and beside it.
  const [SMALLEST, LARGEST, NAMES, EDGES] = [130, 250, 96, 90];
  // Of the curve: its height at least and at most, and what stands above it.
  const [LOW, TALL, HEAD] = [190, 300, 42];
  const panel = find("#train");
  const said = find("#train-said");
  const everything = find("#train-all");
  const run = find("#train-run");
  const speed = find("#train-speed");
  const rate = find("#train-rate input");
  const buttons = [...all("[data-updates]", everything), find("#train-reset"), find("#train-take")];
  let shown = null;
  let running = false;
  let following = false;
  /* What was done last, as long as no update follows. */
  let note = "";
  let asking = Promise.resolve();

  const tell = (text, wrong = false) => {
    said.textContent = text;
    said.classList.toggle("wrong", wrong);
  };

  const open = () => root.dataset.tool === NAME;

  /* Calls go one after the other; a slice is drawn before the next one is asked for. */
  const ask = (values) => {
    const asked = asking.then(() => Engine.call("train", { digits: Math.min(State.digits, data.digits), ...values }));
    asking = asked.catch(() => {});
    return asked;
  };

  const slice = async (updates, more = {}) => {
    if (updates || more.afresh) note = "";
    try {
      const found = await ask({ updates, fine: !running, ...more });
      take(found);
      return !found.said;
    } catch (error) {
      stop();
      if (!shown) everything.hidden = true;
      tell(error.message, true);
      return false;
    }
  };

  const take = (found) => {
    shown = found;
    everything.hidden = false;
    tell(found.said || note, Boolean(found.said));
    if (found.said) stop();
    find("#train-updates").textContent = String(found.updates);
    find("#train-loss").textContent = found.loss;
    root.dataset.trained = String(found.updates);
    rated();
    show();
    draw();
  };

  /* The picture shows the numbers of the moment; each slice puts its own into the same map. */
  const known = new Map();
  const show = () => {
    if (shown) Object.entries(shown.values).forEach(([key, text]) => known.set(key, text));
    if (open() && following) Picture.draw();
    else {
      following = open() && Boolean(shown);
      State.ask(NAME, following ? { step: null, known } : null);
    }
  };

  const draw = () => {
    if (!shown || !open()) return;
    const figure = find("#train-curve");
    find("figcaption", figure).textContent = shown.curve.title;
    const room = beside() ? panel.clientHeight - HEAD : LOW;
    Plots.curve(find(".plot", figure), shown.curve, Math.max(LOW, Math.min(room, TALL)));
    surfaces(shown.surface || []);
    outputs(shown.outputs);
  };

  /* Whether there is room for everything side by side. */
  const beside = () => getComputedStyle(everything).display === "grid";

  const surfaces = (found) => {
    const place = find("#train-surfaces");
    const several = found.length > 1;
    place.hidden = !found.length;
    for (const each of [place, everything]) each.classList.toggle("several", several);
    if (!found.length) return;
    // Beside the other parts it is as high as the room that they have; else as the page is wide.
    const columns = several ? Math.max(1, Math.floor(everything.clientWidth / (SMALLEST + EDGES))) : 1;
    const room = beside() && !several ? panel.clientHeight - NAMES : LARGEST;
    const share = everything.clientWidth / Math.min(columns, found.length) - EDGES;
    const size = Math.floor(Math.max(SMALLEST, Math.min(room, LARGEST, share)));
    place.replaceChildren(...found.map((each, key) => make("figure", {},
      make("figcaption", {}, each.name),
      make("div", {},
        Plots.surface({ ...each, key }, size, say("site.train_surface", each)),
        make("p", { class: "note" }, ...(each.sides ? [make("b", {}, each.sides)] : []), each.caption)))));
  };

  const outputs = ({ heads, rows, more }) => {
    const place = find("#train-outputs");
    place.hidden = !rows.length;
    const row = (kind, texts) => make("tr", {}, ...texts.map((text) => make(kind, kind === "th" ? { scope: "col" } : {}, text)));
    find("thead", place).replaceChildren(row("th", heads));
    find("tbody", place).replaceChildren(...rows.map((texts) => row("td", texts)));
    find("p", place).textContent = more ? say("site.train_more", { count: more }) : "";
  };

  const mark = () => {
    run.setAttribute("aria-pressed", String(running));
    for (const button of buttons) button.disabled = running;
  };

  const stop = () => {
    if (!running) return;
    running = false;
    mark();
  };

  const wait = (time) => new Promise((done) => {
    setTimeout(() => requestAnimationFrame(done), time);
  });

  const go = async () => {
    running = true;
    mark();
    while (running && open()) {
      const began = performance.now();
      if (!(await slice(Number(speed.value)))) return;
      await wait(Math.max(0, FRAME - (performance.now() - began)));
    }
    stop();
    // At rest with a finer surface, and told to those who do not see it.
    await rest();
  };

  const rest = async (updates = 0, more = {}) => {
    if (await slice(updates, more)) Player.announce(shown.curve.said);
  };

  run.addEventListener("click", () => (running ? stop() : go()));
  for (const button of all("[data-updates]", everything)) {
    button.addEventListener("click", () => rest(Number(button.dataset.updates)));
  }
  find("#train-reset").addEventListener("click", () => rest(0, { afresh: true }));

  /* The learning rate is a number of the exercise, wherever it is typed. */
  const RATE = "learning_rate";
  const rated = () => {
    const found = Change.found(RATE);
    find("#train-rate").hidden = !found;
    if (!found) return;
    find("#train-rate span").textContent = found.name;
    if (rate !== document.activeElement) rate.value = found.value.replace("-", "−");
  };
  Change.follow(rate, RATE);

  find("#train-take").addEventListener("click", async () => {
    try {
      const { numbers } = await Engine.call("trained", { digits: State.digits });
      note = say("site.train_taken");
      Change.put(numbers);
      await rest();
    } catch (error) {
      tell(error.message, true);
    }
  });

  Change.told((text, wrong) => {
    if (open() && wrong) tell(text, true);
  });
  let was = false;
  State.changed((what) => {
    if (what === "tool" && open() !== was) {
      was = open();
      show();
      if (was) rest();
      else stop();
    } else if (open() && (what === "language" || what === "digits" || what === "data") && !running) rest();
  });
  new ResizeObserver(() => beforeDrawing(draw)).observe(panel);
  new MutationObserver(() => draw()).observe(root, { attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => draw());
  return { stop };
})();
