/** The page that makes a link of a scenario's text. */

import { linkTo } from "./scenario.js";

const [text, link, said] = ["text", "link", "said"].map((id) => document.getElementById(id));

function renew() {
  link.href = linkTo(text.value);
  said.textContent = "";
}

text.addEventListener("input", renew);
document.getElementById("copy").addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(link.href);
    said.textContent = `Copied: ${link.href.length} characters.`;
  } catch {
    said.textContent = "This browser does not allow it: copy the address of the link “Open it”.";
  }
});
renew();
