/** Links from one notebook to another stay in this tab: JupyterLite would look for a file browser that is not here. */

import { at, opened } from "./jupyter.js";

const FILES = `${at("files/")}`;

/** Follow links to notebooks and sheets of this site; what is unsaved is saved first. */
export function followLinks(app) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link?.href.startsWith(FILES)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    open(app, place(link.href.slice(FILES.length)), event.ctrlKey || event.metaKey || event.shiftKey);
  }, { capture: true });
}

/** Where the page is that shows a file of the lab. */
function place(file) {
  const [path, id] = file.split(/(?=#)/);
  return at(path.endsWith(".md") ? path.replace(/md$/, "html") : `notebooks/index.html?path=${path}`) + (id ?? "");
}

async function open(app, address, aside) {
  if (aside) return window.open(address);
  const context = opened(app)?.context;
  if (context?.model.dirty) await context.save();
  window.location.assign(address);
}
