// @ts-check
// Names for controls: ipywidgets gives its sliders none that a screen reader could say, and labels the tooltip "null".

const LATER = [0, 500, 2500, 8000]; // milliseconds: controls of the same widget may come after the picture

/** Name the controls around a picture. @param {HTMLElement} frame */
export function nameControls(frame) {
  for (const wait of LATER) setTimeout(() => name(frame.closest(".day13-lab") ?? frame), wait);
}

/** @param {Element} lab */
function name(lab) {
  for (const label of lab.querySelectorAll('.widget-label[title="null"]')) label.removeAttribute("title");
  for (const box of lab.querySelectorAll(".widget-inline-hbox")) {
    const words = box.querySelector(".widget-label")?.textContent ?? "";
    for (const control of box.querySelectorAll("[role=slider], .widget-readout, select, input")) {
      if (words && !control.id) control.setAttribute("aria-label", words);
    }
  }
}
