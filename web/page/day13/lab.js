/**
 * What this lab adds to each page of JupyterLite: a card while the page loads, and a line at its foot that says what
 * Python is doing, with ways to the lessons, to one's own work as a file, and back to the original of a page.
 *
 * All that touches notebooks goes through JupyterLab's own interfaces. Left out: more than one kernel.
 */

import "./patience.js";
import { bringBack } from "./bring-back.js";
import { card } from "./card.js";
import { at, watchKernel, whenOpen, whenStarted } from "./jupyter.js";
import { download } from "./download.js";
import { followLinks } from "./links.js";
import { hasNewerOriginal } from "./newer.js";
import { openScenario } from "./scenario.js";
import { startOver } from "./start-over.js";

const SLOW = 120; // seconds after which something must be in the way
const WORDS = {
  page: "Loading the page …",
  python: "Starting Python in this page. This takes half a minute or so; read on meanwhile.",
  lab: "Loading the lab's drawings …",
  ready: "Ready. Click a cell and press Shift+Enter.",
  newer: "Ready. This is your copy; the site has a newer original: Start this page over.",
  busy: "Python is at work.",
  stopped: "Python has stopped. Menu Kernel, Restart Kernel.",
  slow: "This takes unusually long. A filter in between may block files that end in .wasm or .whl: ask for them to be " +
    "allowed, reload the page, or only read the lessons.",
};

const line = document.createElement("div");
line.id = "day13-line";
const said = document.createElement("span");
said.setAttribute("role", "status");
line.append(said);

function say(word) {
  said.textContent = WORDS[word];
  line.dataset.state = word;
}

function link(text, address) {
  const made = Object.assign(document.createElement("a"), { textContent: text, href: address });
  line.append(made);
}

function button(text, act) {
  const made = Object.assign(document.createElement("button"), { textContent: text, type: "button" });
  made.addEventListener("click", async () => {
    made.disabled = true;
    try {
      await act();
    } catch (problem) {
      said.textContent = `That did not work: ${problem.message ?? problem}`;
    } finally {
      made.disabled = false;
    }
  });
  line.append(made);
}

document.body.append(line);
link("Only read", at("index.html#read"));
say("page");
const waiting = card(WORDS.page);
const slow = setTimeout(() => say("slow"), SLOW * 1000);

const app = await whenStarted();
if (!(await openScenario(app))) {
  link("Start here", at("notebooks/index.html?path=notebooks/00-start-here.ipynb"));
  button("Download my work", () => download(app));
  button("Bring my work back", () => bringBack(app));
  button("Start this page over", () => startOver(app));
  followLinks(app);
  say("python");
  const panel = await whenOpen(app);
  waiting.remove();
  if (await hasNewerOriginal(panel.context)) WORDS.ready = WORDS.newer;
  await watchKernel(panel, (word) => {
    clearTimeout(slow);
    say(word);
  });
}
