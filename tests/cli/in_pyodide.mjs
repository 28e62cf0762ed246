// The wheel in Pyodide, with pure libraries of this machine: node in_pyodide.mjs PLACES SCRIPT.
// PLACES is JSON: where Pyodide is, and what is to be found on the path of Python, by its name.
import { existsSync, readFileSync, statSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [places, script] = process.argv.slice(2);
const { pyodide, found } = JSON.parse(readFileSync(places, "utf-8"));
const { loadPyodide } = await import(pathToFileURL(`${pyodide}/pyodide.mjs`));
const python = await loadPyodide();
python.FS.mkdirTree("/site");
for (const [name, path] of Object.entries(found)) {
  if (!existsSync(path)) continue;
  if (statSync(path).isDirectory()) {
    python.FS.mkdirTree(`/site/${name}`);
    python.FS.mount(python.FS.filesystems.NODEFS, { root: path }, `/site/${name}`);
  } else {
    python.FS.writeFile(`/site/${name}`, readFileSync(path));
  }
}
python.runPython("import sys; sys.path.append('/site')");
python.runPython(readFileSync(script, "utf-8"));
