/* The program itself, in a worker of its own: Python in WebAssembly, asked by texts of JSON.
 * It is told once where the runtime and the archive of the program are. */
let engine = null;
const waiting = [];

const tell = (done) => postMessage({ done });

const start = async ({ runtime, program }) => {
  tell(0.02);
  const archive = fetch(program).then((found) => {
    if (!found.ok) throw new Error(`${program}: ${found.status}`);
    return found.arrayBuffer();
  });
  const { loadPyodide } = await import(new URL("pyodide.mjs", runtime));
  tell(0.1);
  const python = await loadPyodide({ indexURL: runtime });
  tell(0.6);
  python.unpackArchive(await archive, "zip", { extractDir: "/program" });
  tell(0.7);
  engine = python.runPython(
    "import sys; sys.path.insert(0, '/program'); sys.dont_write_bytecode = True\n"
    + "from bp_tutor.engine.calls import Engine\nEngine()",
  );
  tell(1);
  waiting.splice(0).forEach(answer);
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
