/** JupyterLab as this page has it: when it has started, which notebook is open, and what its kernel does. */

const LOOK = 100; // milliseconds

const pause = () => new Promise((go) => setTimeout(go, LOOK));

/** The address of something on this site. */
export const at = (path) => new URL(`../${path}`, import.meta.url);

/** The application, as soon as it has started. */
export async function whenStarted() {
  while (!window.jupyterapp) await pause();
  await window.jupyterapp.started;
  return window.jupyterapp;
}

/** The notebook or the file that is open. */
export function opened(app) {
  return [...app.shell.widgets("main")].find((widget) => widget.context);
}

/** The notebook or the file that opens, as soon as it can be read. */
export async function whenOpen(app) {
  let panel = opened(app);
  while (!panel) {
    await pause();
    panel = opened(app);
  }
  await panel.context.ready;
  return panel;
}

/** Say from now on what the kernel of a notebook does. */
export async function watchKernel(panel, say) {
  if (!panel.sessionContext) return say("ready");
  await panel.sessionContext.ready;
  let kernel = panel.sessionContext.session?.kernel;
  while (kernel?.status !== "idle") {
    await pause();
    kernel = panel.sessionContext.session?.kernel;
  }
  say("lab");
  // The first picture is quick, if the lab is loaded while the learner reads. A cell that is run meanwhile waits.
  await kernel.requestExecute({ code: "import labkit.views", silent: true, store_history: false }).done;
  say("ready");
  panel.sessionContext.statusChanged.connect((_sender, status) => {
    if (status === "idle") say("ready");
    else if (status === "busy") say("busy");
    else if (["dead", "terminating", "unknown"].includes(status)) say("stopped");
    else say("python");
  });
}
