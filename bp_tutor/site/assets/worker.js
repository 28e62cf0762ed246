/* The program itself, in a worker of its own: Python in WebAssembly, asked by texts of JSON.
 * It is told once where the runtime and the archive of the program are; of a runtime that stands
 * elsewhere, by which sum each file is known as well. */
const FOLDER = "/program";
const COMPILED = "bp-tutor compiled";
let engine = null;
const waiting = [];

const tell = (done) => postMessage({ done });

/* What the page says of a file that cannot be used, in its own words. */
class FileError extends Error {
  constructor(what, address) {
    super(address.href);
    this.told = {
      key: `site.runtime_${what}`,
      values: { name: address.pathname.split("/").pop(), host: address.host },
    };
  }
}

/* A file; where its sum is told, that very file and no other one. */
const loaded = async (text, integrity = "") => {
  const address = new URL(text);
  const found = await fetch(address, integrity ? { integrity } : {}).catch(() => null);
  if (found && found.ok) return found;
  // A browser says only that it does not hand the file out: is there one all the same?
  const there = !found && integrity
    && await fetch(address, { method: "HEAD" }).then(({ ok }) => ok, () => false);
  throw new FileError(there ? "altered" : "missing", address);
};

/* Pyodide. Its scripts run from where they are, or, from elsewhere, from what was checked; for the
 * other files it asks `fetch`, which hands out what was loaded here. */
const ASKED = ["pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json"];
const KINDS = { "pyodide.asm.wasm": "application/wasm" };
const pyodide = async ({ address, sums }) => {
  let done = 0.02;
  const file = async (name) => {
    const found = await loaded(address + name, sums ? sums[name] : "");
    tell(done += 0.05);
    return found;
  };
  const script = async (name) => {
    if (!sums) return import(address + name);
    const text = await (await file(name)).blob();
    return import(URL.createObjectURL(text.slice(0, text.size, "text/javascript")));
  };
  const handed = new Map(ASKED.map((name) => {
    const found = file(name).then(async (one) => (sums && KINDS[name]
      ? new Response(await one.arrayBuffer(), { headers: { "Content-Type": KINDS[name] } }) : one));
    return [address + name, found];
  }));
  const every = Promise.all(handed.values());
  const [main, made] = await Promise.all(["pyodide.mjs", "pyodide.asm.mjs"].map(script));
  // Pyodide goes on in silence where one of them is missing.
  await every;
  const asking = fetch;
  globalThis.fetch = (asked, options) => handed.get(String(asked)) || asking(asked, options);
  try {
    return await main.loadPyodide({ indexURL: address, createPyodideModule: made.default });
  } finally {
    globalThis.fetch = asking;
  }
};

/* What Python made of this very program at an earlier start; a browser may keep nothing. */
const kept = async (program) => {
  try {
    const found = await (await caches.open(COMPILED)).match(program);
    return found ? await found.arrayBuffer() : null;
  } catch {
    return null;
  }
};

const keep = async (program, python) => {
  const made = python.runPython(
    `from bp_tutor.engine.compiled import compiled\ncompiled("${FOLDER}")`);
  try {
    const cache = await caches.open(COMPILED);
    // That of an older program goes; another site of this server has its own.
    await cache.delete(program, { ignoreSearch: true });
    await cache.put(program, new Response(made.toJs()));
  } catch {
    /* Then the next start takes as long as this one. */
  }
  made.destroy();
};

const start = async ({ runtime, program }) => {
  tell(0.02);
  const archive = loaded(program).then((found) => found.arrayBuffer());
  const earlier = kept(program);
  archive.catch(() => {});
  const python = await pyodide(runtime);
  tell(0.6);
  python.unpackArchive(await archive, "zip", { extractDir: FOLDER });
  const compiled = await earlier;
  if (compiled) python.unpackArchive(compiled, "zip", { extractDir: FOLDER });
  tell(0.7);
  // As for a command: Python's usual 700 makes it look through everything for nothing.
  engine = python.runPython(`import gc, sys; gc.set_threshold(50_000); sys.path.insert(0, "${FOLDER}"); sys.dont_write_bytecode = False
from bp_tutor.engine.compiled import dated
dated("${FOLDER}")
from bp_tutor.engine.calls import Engine
Engine()`);
  tell(1);
  waiting.splice(0).forEach(answer);
  // Once the first questions are answered.
  if (!compiled) setTimeout(() => keep(program, python), 3000);
};

const answer = ({ number, question }) => {
  try {
    postMessage({ number, answer: engine.answer(question) });
  } catch (error) {
    postMessage({ number, failed: String(error) });
  }
};

addEventListener("message", ({ data }) => {
  if (data.runtime) {
    start(data).catch((error) => postMessage({ failed: String(error), told: error.told }));
  }
  else if (engine) answer(data);
  else waiting.push(data);
});
