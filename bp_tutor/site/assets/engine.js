/* The program in a worker, as this page asks it: calls with answers, a bar while it starts, a
 * limit of time after which the worker is ended and started afresh with what was typed. */
const Site = JSON.parse(find("#site").textContent);
const Engine = (() => {
  const bar = find("#engine");
  const progress = find("#engine progress");
  const word = find("#engine-word");
  const LIMIT = 20000;
  const limited = () => Number(root.dataset.limit) || LIMIT;
  const listeners = [];
  const asked = new Map();
  let worker = null;
  let count = 0;
  let state = "off";
  /* Why it failed: a sentence, or its key and what is put into it. */
  let reason = "";
  let done = 0;
  /* What brings a new worker to where the old one was. */
  let recall = () => [];

  const at = (name) => new URL(name, location.href).href;

  /* A worker has the policy of this page only where it begins as a text of the page. */
  const begun = () => {
    const text = `import ${JSON.stringify(at(Site.worker))};`;
    return URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  };

  const show = () => {
    bar.dataset.state = state;
    progress.hidden = state !== "starting";
    progress.value = done;
    const why = reason.key ? say(reason.key, reason.values) : reason;
    word.textContent = ["off", "ready"].includes(state) ? "" : say(`site.engine_${state}`, { reason: why });
    root.dataset.engine = state;
  };
  const become = (name, why = "") => {
    state = name;
    reason = why;
    show();
    listeners.forEach((each) => each(state));
  };

  const missing = () => {
    if (!Site.runtime) return "none";
    if (location.protocol === "file:") return "file";
    if (typeof WebAssembly !== "object" || typeof Worker !== "function") return "old";
    return "";
  };

  const ended = (message) => {
    for (const { reject } of asked.values()) reject(new Error(message));
    asked.clear();
  };

  const receive = ({ data: found }) => {
    if ("done" in found) {
      done = found.done;
      if (done === 1) become("ready");
      else show();
      return;
    }
    const call = asked.get(found.number);
    if (!call) {
      if (found.failed && state === "starting") fail(found.told || found.failed);
      return;
    }
    asked.delete(found.number);
    clearTimeout(call.timer);
    if ("failed" in found) call.reject(new Error(found.failed));
    else {
      const { result, error, places } = JSON.parse(found.answer);
      if (error === undefined) call.resolve(result);
      else call.reject(Object.assign(new Error(error), { told: true, places }));
    }
  };

  const fail = (why) => {
    stop();
    become("failed", why);
    ended(word.textContent);
  };

  const stop = () => {
    if (worker) worker.terminate();
    worker = null;
  };

  const start = () => {
    const lacks = missing();
    if (lacks) {
      become(lacks);
      return;
    }
    done = 0;
    become("starting");
    try {
      worker = new Worker(begun(), { type: "module" });
    } catch (error) {
      fail(String(error));
      return;
    }
    worker.addEventListener("message", receive);
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      fail(event.message || say("site.engine_old"));
    });
    const runtime = { ...Site.runtime, address: at(Site.runtime.address) };
    worker.postMessage({ runtime, program: at(Site.program) });
    for (const [name, values] of recall()) call(name, values).catch(() => {});
  };

  /* Asks for something; whoever asks later waits. Fails with a sentence for the reader. */
  const call = (name, values = {}, limit = limited()) => new Promise((resolve, reject) => {
    if (!worker) {
      reject(new Error(word.textContent));
      return;
    }
    const number = count += 1;
    const question = JSON.stringify([name, { language: root.lang, ...values }]);
    const timer = setTimeout(() => {
      if (state !== "ready") return;
      asked.delete(number);
      reject(Object.assign(new Error(say("site.too_long")), { told: true }));
      ended(say("site.too_long"));
      stop();
      start();
    }, state === "ready" ? limit : 10 * limit);
    asked.set(number, { resolve, reject, timer });
    worker.postMessage({ number, question });
  });

  State.changed((what) => {
    if (what === "language") show();
  });
  return {
    start, call,
    changed: (listener) => listeners.push(listener),
    recalling: (found) => { recall = found; },
    get state() { return state; },
  };
})();
