/* The program itself, in a worker of its own: Python in WebAssembly, asked by texts of JSON.
 * It is told once where the runtime and the archive of the program are. */
const FOLDER = "/program";
const COMPILED = "bp-tutor compiled";
let engine = null;
const waiting = [];

const tell = (done) => postMessage({ done });

const loaded = async (address) => {
  const found = await fetch(address);
  if (!found.ok) throw new Error(`${address}: ${found.status}`);
  return found.arrayBuffer();
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
    await caches.delete(COMPILED);
    await (await caches.open(COMPILED)).put(program, new Response(made.toJs()));
  } catch {
    /* Then the next start takes as long as this one. */
  }
  made.destroy();
};

const start = async ({ runtime, program }) => {
  tell(0.02);
  const archive = loaded(program);
  const earlier = kept(program);
  const { loadPyodide } = await import(new URL("pyodide.mjs", runtime));
  tell(0.1);
  const python = await loadPyodide({ indexURL: runtime });
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
  if (data.runtime) start(data).catch((error) => postMessage({ failed: String(error) }));
  else if (engine) answer(data);
  else waiting.push(data);
});
