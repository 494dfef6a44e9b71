/**
 * A scenario that came in a link becomes a notebook of its own; nothing in it runs until the learner runs it.
 *
 * The text stands behind `#scenario=` and therefore never reaches a server. It is put between quotation marks of a
 * Python text, with what could end that text escaped. The same link opens the same notebook again, with its changes.
 */

import { at } from "./jupyter.js";

const BEGIN = "#scenario=";

/** The link that opens this text. */
export function linkTo(text) {
  return `${at("notebooks/index.html?path=notebooks/00-start-here.ipynb")}${BEGIN}${encodeURIComponent(text.trim())}`;
}

/** Whether a scenario came in the link; then its notebook is written and opened. */
export async function openScenario(app) {
  if (!window.location.hash.startsWith(BEGIN)) return false;
  const text = decoded(window.location.hash.slice(BEGIN.length));
  const path = `notebooks/scenario-${await shortHash(text)}.ipynb`;
  const contents = app.serviceManager.contents;
  const there = await contents.get(path, { content: false }).then(() => true, () => false);
  if (!there) await contents.save(path, { type: "notebook", format: "json", content: notebook(text) });
  window.location.replace(at(`notebooks/index.html?path=${path}`));
  return true;
}

/** The text of a link; one that was broken on its way is shown as it came. */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A notebook that plays this text. */
export function notebook(text) {
  const lines = [
    "from labkit.scenario import parse", "from labkit.views import Player",
    'Player(parse("""', ...quoted(text).trim().split("\n").map((line) => `    ${line}`), '""").play(), at=0)',
  ];
  const said = "# A scenario\n\nSomebody sent you this run. Run the next cell, then step through it. Each line of the " +
    "text can be changed; run the cell again afterwards.\n\nNew here? Begin with [00 Start here](00-start-here.ipynb).";
  return {
    cells: [
      { cell_type: "markdown", id: "said", metadata: {}, source: said },
      { cell_type: "code", id: "play", metadata: {}, source: lines.join("\n"), outputs: [], execution_count: null },
    ],
    metadata: { kernelspec: { display_name: "Python", language: "python", name: "python" },
      language_info: { name: "python" } },
    nbformat: 4, nbformat_minor: 5,
  };
}

/** As the inside of a Python text between three quotation marks; control characters become spaces, but for line ends. */
function quoted(text) {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is dropped
  const plain = text.replace(/\r\n?/g, "\n").replace(/[\u0000-\u0009\u000b-\u001f]/g, " ");
  return plain.replace(/\\/g, "\\\\").replace(/"/g, '\\"');
}

async function shortHash(text) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return [...bytes.slice(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
