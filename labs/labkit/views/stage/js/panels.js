// The kinds of panels of which a scene is made.

// ---- panels: one function a kind; each returns what redraws it ----------------------------------------------------

const panels = {
  text(root) {
    root.setAttribute("role", "status");
    root.setAttribute("aria-live", "polite");
    return (panel) => {
      if (root.textContent !== panel.text) root.textContent = panel.text;
      root.dataset.tone = panel.tone ?? "";
    };
  },

  badges(root) {
    return (panel) => {
      root.replaceChildren(...panel.items.map(([letter, text, fill, ink]) => {
        const badge = element("span", "day13-badge");
        const mark = element("b", "", letter);
        Object.assign(mark.style, { background: fill, color: ink });
        badge.append(mark, " " + text);
        return badge;
      }));
    };
  },

  // How long the way to the kernel and back takes, measured once.
  probe(root, { model }) {
    root.setAttribute("role", "status");
    model.on("msg:custom", (message) => {
      if (message.probe) root.textContent = `✔ The kernel answers: ${Math.round(performance.now() - message.probe)} ms there and back.`;
    });
    model.send({ probe: performance.now() });
    return (panel) => (root.textContent ||= panel.text);
  },

  table(root) {
    const details = element("details");
    const title = element("summary");
    const scroll = element("div", "day13-scroll");
    const table = element("table");
    details.append(title, scroll);
    scroll.append(table);
    root.append(details);
    let latest = null;
    let waiting = 0;
    const fill = () => {
      waiting = 0;
      if (!details.open) return;
      const head = element("tr");
      head.append(...latest.head.map((name) => Object.assign(element("th", "", name), { scope: "col" })));
      table.replaceChildren(head, ...latest.rows.map((cells) => {
        const row = element("tr");
        row.append(...cells.map((cell, i) => element(i ? "td" : "th", "", cell)));
        row.firstChild.scope = "row";
        return row;
      }));
    };
    details.addEventListener("toggle", fill);
    return (panel) => {
      if (latest === null) details.open = panel.open;
      latest = panel;
      if (title.textContent !== panel.title) title.textContent = panel.title;
      waiting ||= afterPaint(fill); // the picture comes first
    };
  },

  chart(root, { Plotly }) {
    const plot = element("div");
    root.append(plot);
    return (panel) => {
      const layout = { ...panel.figure.layout, width: root.clientWidth || 480, height: panel.height };
      Plotly.react(plot, panel.figure.data, layout, { displayModeBar: false, doubleClick: false, responsive: false });
    };
  },

  // Asks for the next beat as soon as the last one is drawn, as long as it runs.
  clock(_root, { model, name }) {
    let waiting;
    return (panel) => {
      clearTimeout(waiting);
      if (panel.running) waiting = setTimeout(() => model.send({ click: { panel: name, beat: panel.beat } }), panel.every);
    };
  },

  spacetime(root, { Plotly, model, name }) {
    const title = element("div", "day13-title");
    const plot = element("div", "day13-plot");
    const over = element("div", "day13-over");
    const drawing = element("div");
    plot.append(drawing, over);
    root.append(title, plot);
    over.hidden = true;
    let chart, at;
    const locate = (event) => {
      const box = plot.getBoundingClientRect();
      const [x, y] = [event.clientX - box.left, event.clientY - box.top];
      return [chartHit(chart, at, x, y), x, y, box.width];
    };
    plot.addEventListener("pointermove", (event) => {
      const [found, x, y, width] = locate(event);
      plot.style.cursor = found ? "pointer" : "default";
      over.hidden = !found;
      if (!found) return;
      over.textContent = found.text ?? `go to time ${found.time}`;
      const right = x > width / 2;
      over.style.transform = `translate(${x + (right ? -16 : 16)}px, ${y + 18}px) translateX(${right ? "-100%" : "0"})`;
    });
    plot.addEventListener("pointerleave", () => (over.hidden = true));
    plot.addEventListener("click", (event) => {
      const [found] = locate(event);
      over.hidden = true;
      if (found) model.send({ click: { panel: name, packet: found.packet, time: found.time } });
    });
    let waiting = 0;
    const redraw = () => {
      waiting = 0;
      const figure = chartFigure(chart, at);
      Plotly.react(drawing, figure.data, figure.layout, { staticPlot: true, displayModeBar: false });
    };
    return (panel) => {
      chart = panel;
      const wanted = 80 + (panel.row ?? 56) * panel.agents.length;
      at = chartSpace(panel, root.clientWidth || 480, Math.round(Math.max(200, Math.min(wanted, innerHeight * 0.5))));
      title.textContent = panel.title ?? "";
      drawing.setAttribute("role", "img");
      drawing.setAttribute("aria-label", panel.alt);
      waiting ||= afterPaint(redraw);
    };
  },

  network(root, { Plotly, model, name }) {
    const title = element("div", "day13-title");
    const plot = element("div", "day13-plot");
    const over = element("div", "day13-over"); // says what a click will hit
    const ray = element("div", "day13-ray"); // marks the link under the pointer
    plot.append(ray, over);
    const drawing = element("div");
    plot.prepend(drawing);
    root.append(title, plot);
    let net, at, key;
    const locate = (event) => {
      const box = plot.getBoundingClientRect();
      return hit(net, at, event.clientX - box.left, event.clientY - box.top);
    };
    const point = (event) => {
      const found = net?.clickable ? locate(event) : null;
      plot.style.cursor = found ? "pointer" : "default";
      over.hidden = ray.hidden = !found;
      if (!found) return;
      const box = plot.getBoundingClientRect();
      over.textContent = found.agent ? `agent ${found.agent}` : `link ${found.link.join(" – ")}`;
      const right = event.clientX - box.left > box.width / 2;
      over.style.transform = `translate(${event.clientX - box.left + (right ? -16 : 16)}px, ${event.clientY - box.top + 18}px) translateX(${right ? "-100%" : "0"})`;
      ray.hidden = !found.line;
      if (found.line) {
        const [a, b] = found.line;
        const [dx, dy] = [at.x[b] - at.x[a], at.y[b] - at.y[a]];
        ray.style.width = `${Math.hypot(dx, dy)}px`;
        ray.style.transform = `translate(${at.x[a]}px, ${at.y[a] - 5}px) rotate(${Math.atan2(dy, dx)}rad)`;
      }
    };
    plot.addEventListener("pointermove", point);
    plot.addEventListener("pointerleave", () => (over.hidden = ray.hidden = true));
    plot.addEventListener("click", (event) => {
      const found = net?.clickable ? locate(event) : null;
      over.hidden = ray.hidden = true; // not in the way of what the click changes
      if (found) model.send({ click: { panel: name, agent: found.agent, link: found.link, near: found.near } });
    });
    over.hidden = ray.hidden = true;
    const packets = travellers(plot, (number) => model.send({ click: { panel: name, packet: number } }));
    let waiting = 0; // for the next frame; more changes until then are drawn together
    const redraw = () => {
      waiting = 0;
      const [width, height] = at.space;
      const figure = networkFigure(net, at, width, height);
      Plotly.react(drawing, figure.data, figure.layout, { staticPlot: true, displayModeBar: false });
    };
    return (panel) => {
      net = panel;
      const width = root.clientWidth || 480;
      const height = Math.round(Math.max(panel.low ?? 320, Math.min(width * (panel.tall ?? 0.86), innerHeight * 0.53)));
      const shape = `${width} ${height} ${panel.x} ${panel.y} ${panel.big}`;
      if (shape !== key) [at, key] = [{ ...fit(panel, width, height), space: [width, height] }, shape];
      if (recolour(drawing, panel.fill)) waiting ||= afterPaint(redraw);
      else redraw();
      title.textContent = panel.title ?? "";
      drawing.setAttribute("role", "img");
      drawing.setAttribute("aria-label", panel.alt);
      packets(panel.packets ?? [], at);
    };
  },
};

// Messages on the links of a network: each glides to where it is now.
function travellers(plot, act) {
  const shown = new Map();
  return (list, at) => {
    const here = new Set(list.map(([number]) => number));
    for (const [number, mark] of shown) if (!here.has(number)) (mark.remove(), shown.delete(number));
    const beside = new Map(); // how many are on the same spot
    const crowd = list.length > 6; // then without words: they would hide each other and the agents
    for (const [number, from, to, share, text, long] of list) {
      if (!shown.has(number)) {
        const mark = element("button", "day13-packet", text);
        mark.tabIndex = -1;
        mark.title = `${long} (click to drop it)`;
        mark.addEventListener("click", (event) => (event.stopPropagation(), act(number)));
        plot.append(mark);
        shown.set(number, mark);
      }
      const key = `${from} ${to} ${Math.round(share * 8)}`;
      const nth = beside.get(key) ?? 0;
      beside.set(key, nth + 1);
      const [dx, dy] = [at.x[to] - at.x[from], at.y[to] - at.y[from]];
      const far = Math.hypot(dx, dy) || 1;
      const edge = Math.min(0.4, (at.size / 2 + 12) / far); // not under the agents
      const along = edge + share * (1 - 2 * edge);
      shown.get(number).classList.toggle("day13-dot", crowd);
      const aside = crowd ? 6 + 10 * nth : 9 + 22 * nth; // to the right of its way, so that the two directions are told apart
      shown.get(number).style.transform = `translate(-50%, -50%) translate(${at.x[from] + along * dx - (aside * dy) / far}px, ${at.y[from] + along * dy + (aside * dx) / far}px)`;
    }
  };
}
