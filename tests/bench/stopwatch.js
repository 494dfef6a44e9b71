// From an event (a mouse button released, a key pressed) to the last frame in which what is seen changed, in ms.
// `see` gives what is seen as a text; it has settled once nothing changed for `quiet` ms. null: no change in `patience` ms.
({ see, starts, quiet, patience }) => {
  const look = new Function(`return (${see})()`);
  const painted = new MessageChannel();
  let start, latest;
  let seen = look();
  const begin = ({ key }) => {
    if (key === "Shift") return; // of Shift+Enter, Enter counts
    start = performance.now();
    removeEventListener(starts, begin, true);
  };
  addEventListener(starts, begin, true);
  painted.port1.onmessage = () => (latest = performance.now()); // comes after the frame has been drawn
  window.benchLap = new Promise((done) => {
    const frame = () => {
      const now = look();
      if (now !== seen) {
        seen = now;
        painted.port2.postMessage(0);
      }
      const waited = performance.now() - (latest ?? start ?? performance.now());
      if (latest && waited > quiet) done(latest - start);
      else if (waited > patience) done(null);
      else requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
}
