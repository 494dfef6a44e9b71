/** Bring back what was downloaded as one's own work. All of it is read before the first file is written. */

import { unzip } from "./unzip.js";
import { opened } from "./jupyter.js";

const OURS = /^(notebooks|labs)(\/(?!\.)[^/\\:\p{Cc}]+)+$/u;

export async function bringBack(app) {
  const chosen = await choose();
  if (!chosen) return;
  const files = (await unzip(new Uint8Array(await chosen.arrayBuffer()))).filter(({ name }) => OURS.test(name));
  if (!files.length) throw new Error(`${chosen.name} holds no work from this lab: nothing in notebooks/ or labs/.`);
  const models = files.map(({ name, bytes }) => ({ path: name, ...model(name, bytes) }));
  const question = `Bring back ${models.length} files? Where a page or your progress is here already, what is here is ` +
    `replaced:\n\n${models.map(({ path }) => path).slice(0, 12).join("\n")}${models.length > 12 ? "\n…" : ""}`;
  if (!window.confirm(question)) return;
  for (const { path, ...file } of models) {
    await folders(app.serviceManager.contents, path);
    await app.serviceManager.contents.save(path, file);
  }
  const open = opened(app);
  if (open) open.context.model.dirty = false; // else the browser asks whether to leave
  window.location.reload();
}

function choose() {
  return new Promise((chosen) => {
    const input = Object.assign(document.createElement("input"), { type: "file", accept: ".zip,application/zip" });
    input.addEventListener("change", () => chosen(input.files[0]));
    input.addEventListener("cancel", () => chosen(null));
    input.click();
  });
}

/** A file as JupyterLab's contents take it. */
function model(name, bytes) {
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const letters = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
    return { type: "file", format: "base64", content: btoa(letters) };
  }
  if (!name.endsWith(".ipynb")) return { type: "file", format: "text", content: text };
  try {
    const content = JSON.parse(text);
    if (!Array.isArray(content.cells)) throw new Error();
    return { type: "notebook", format: "json", content };
  } catch {
    throw new Error(`${name} in this file is no notebook any more; nothing was brought back.`);
  }
}

/** The folders in which a file will stand. */
async function folders(contents, path) {
  const parts = path.split("/").slice(0, -1);
  for (let depth = 1; depth <= parts.length; depth++) {
    const folder = parts.slice(0, depth).join("/");
    const there = await contents.get(folder, { content: false }).then(() => true, () => false);
    if (!there) await contents.save(folder, { type: "directory" });
  }
}
