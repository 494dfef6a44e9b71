/** Run a Python program in Pyodide under Node.js, as it will run in a browser: node in_pyodide.mjs FOLDER PROGRAM PACKAGE… */

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, program, ...packages] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`));
const python = await loadPyodide({ indexURL: `${folder}/` });
await python.loadPackage(packages, { messageCallback() {} });
python.FS.mkdir("/wheels");
python.FS.mount(python.FS.filesystems.NODEFS, { root: folder }, "/wheels");
try {
  python.runPython(readFileSync(program, "utf8"));
} catch (problem) {
  console.error(problem.message);
  process.exit(1);
}
