/** A card with the lesson to read, until the page is there: its plain page from web/sheet.py, else a picture. */

import { at } from "./jupyter.js";

const LESSON = /^((?:notebooks|labs)\/[\w-]+)\.ipynb$/;

export function card(words) {
  const shown = document.createElement("section");
  shown.id = "day13-card";
  shown.setAttribute("aria-label", "While the page loads");
  const title = Object.assign(document.createElement("h1"), { textContent: "Day 13: Distributed Agent Systems" });
  const text = Object.assign(document.createElement("p"), {
    textContent: `${words} All of it runs in your browser; nothing is installed, and nothing you do leaves this computer.`,
  });
  shown.append(title, text);
  document.body.append(shown);
  plainPage().then((address) => shown.append(address ? lesson(address) : picture()));
  return shown;
}

/** The address of the plain page of the notebook that will open; undefined if there is none. */
async function plainPage() {
  const { search, hash } = window.location;
  const [, name] = LESSON.exec(new URLSearchParams(search).get("path")) ?? [];
  if (!name || hash.startsWith("#scenario=")) return undefined;
  const address = at(`still/${name}.html`);
  const there = await fetch(address, { method: "HEAD" }).then(({ ok }) => ok, () => false);
  return there ? `${address}#lesson` : undefined;
}

function lesson(address) {
  return Object.assign(document.createElement("iframe"), { src: address, title: "The lesson, to read meanwhile" });
}

function picture() {
  return Object.assign(document.createElement("img"), {
    src: at("files/notebooks/images/explorer.png"),
    alt: "A ring of stars after three cuts and a crash: three partitions, each with a colour, a shape and a letter",
  });
}
