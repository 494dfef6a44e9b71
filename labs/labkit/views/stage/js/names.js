// @ts-check
// Names for controls: ipywidgets gives its sliders none that a screen reader could say, and labels the tooltip "null".
// A slider says its value as it stands beside it: "20 agents", and not the number of a choice as "3.00".

const LATER = [0, 500, 2500, 8000]; // milliseconds: controls of the same widget may come after the picture

/** Name the controls around a picture. @param {HTMLElement} frame */
export function nameControls(frame) {
  for (const wait of LATER) setTimeout(() => name(frame.closest(".day13-lab") ?? frame), wait);
}

/** @param {Element} lab */
function name(lab) {
  for (const label of lab.querySelectorAll('.widget-label[title="null"]')) label.removeAttribute("title");
  for (const box of lab.querySelectorAll(".widget-inline-hbox")) {
    sayValue(box.querySelector("[role=slider]"), box.querySelector(".widget-readout"));
    const words = box.querySelector(".widget-label")?.textContent ?? "";
    for (const control of box.querySelectorAll("[role=slider], .widget-readout, select, input")) {
      if (words && !control.id) control.setAttribute("aria-label", words);
    }
  }
}

/** @type {WeakSet<Element>} */ const saying = new WeakSet();

/** Keep the value that a slider says the same as what is written beside it.
 * @param {Element | null} slider @param {Element | null} written */
function sayValue(slider, written) {
  if (!slider || !written || saying.has(slider)) return;
  saying.add(slider);
  const say = () => {
    const words = written.textContent ?? "";
    if (slider.getAttribute("aria-valuetext") !== words) slider.setAttribute("aria-valuetext", words);
  };
  const changes = new MutationObserver(say);
  changes.observe(written, { childList: true, characterData: true, subtree: true });
  changes.observe(slider, { attributeFilter: ["aria-valuetext"] });
  say();
}
