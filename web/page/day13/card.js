/** A card with a picture of what will come, until the page is there. */

import { at } from "./jupyter.js";

export function card(words) {
  const shown = document.createElement("div");
  shown.id = "day13-card";
  const picture = Object.assign(document.createElement("img"), {
    src: at("files/notebooks/images/explorer.png"),
    alt: "A ring of stars after three cuts and a crash: three partitions, each with a colour, a shape and a letter",
  });
  const title = Object.assign(document.createElement("h1"), { textContent: "Day 13: Distributed Agent Systems" });
  const text = Object.assign(document.createElement("p"), {
    textContent: `${words} Soon you click networks like this one apart. All of it runs in your browser; nothing is ` +
      "installed, and nothing you do leaves this computer.",
  });
  shown.append(title, text, picture);
  document.body.append(shown);
  return shown;
}
