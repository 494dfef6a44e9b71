// @ts-check
// The nouns of the drawing: panels as the kernel sends them (panels.py says the same), places in pixels. Types only.

/** @typedef {[a: number, b: number]} Pair */
/** @typedef {[x0: number, y0: number, x1: number, y1: number]} Line */
/** @typedef {[id: number, from: number, to: number, share: number, word: string, words: string]} Packet */
/** How lines of one look are drawn. @typedef {Record<string, {color: string, width: number, dash?: string}>} Strokes */
/** @typedef {"arrived" | "flight" | "lost"} Fate */
/** @typedef {[id: number, source: number, sent: number, target: number, until: number, fate: Fate, share: number,
 *   words: string]} Arrow */
/** @typedef {[row: number, time: number, symbol: string, color: string, words: string, step?: number]} Mark */
/** @typedef {[row: number, from: number, to: number, color: string]} Life */
/** @typedef {[row: number, time: number, to: number, until: number]} Way */
/** @typedef {[row: number, time: number, text: string]} Stamp */
/** @typedef {[sign: string, words: string, fill: string, ink: string, why?: string]} Badge */
/** @typedef {{data: object[], layout: {title?: {text?: string}, [more: string]: unknown}}} Figure */
/** @typedef {{kind: "text", place: string, text: string, tone: string}} TextPanel */
/** @typedef {{kind: "badges", place: string, items: Badge[]}} BadgesPanel */
/** @typedef {{kind: "table", place: string, open: boolean, title: string, head: string[],
 *   rows: string[][], hints?: string[], more?: TablePanel}} TablePanel */
/** @typedef {{kind: "chart", place: string, height: number, figure: Figure}} ChartPanel */
/** @typedef {{kind: "clock", place: string, running: boolean, beat: number, every: number,
 *   keys?: string[]}} ClockPanel */
/** @typedef {{kind: "probe", place: string, text: string}} ProbePanel */
/** @typedef {{kind: "keys", place: string, items: [key: string, words: string][], keys: string[]}} KeysPanel */
/** One entry an agent in each column, links by number; what may be missing is how the picture is laid out.
 * @typedef {{kind: "network", place: string, clickable: boolean, alt: string, name: string[], x: number[], y: number[],
 *   links: Pair[], fill: string[], ink: string[], symbol: string[], letter: string[], edge: string[], note: string[],
 *   cut: number[], down: number[], oneway: Pair[], lit: number[], packets?: Packet[], title?: string, low?: number,
 *   tall?: number, margin?: number, big?: number, thin?: boolean, wire?: string, keys?: string[], faint?: number[],
 *   marked?: number[], acts?: string[], ways?: string}} NetworkPanel */
/** @typedef {{kind: "spacetime", place: string, agents: string[], title: string, from: number, to: number, now: number,
 *   alt: string, life: Life[], cuts: Pair[], arrows: Arrow[], marks: Mark[], legend: Badge[],
 *   row?: number, way?: Way[], stamps?: Stamp[], chooses?: boolean}} SpacetimePanel */
/** @typedef {TextPanel | BadgesPanel | TablePanel | ChartPanel | ClockPanel | ProbePanel | KeysPanel
 *   | NetworkPanel | SpacetimePanel} Panel */
/** @typedef {{panels: Record<string, Panel>}} Scene */

/** A message in the picture, or what hides none: its middle and its size.
 * @typedef {{x: number, y: number, w: number, h: number, dot: boolean}} Spot */
/** Where notes stand, one entry an agent. @typedef {{side: string[], x: number[], y: number[]}} Asides */
/** Where agents are, and how large; letters are that many times larger.
 * @typedef {{x: number[], y: number[], size: number, aside: Asides, times?: number}} Places */
/** @typedef {{agent?: string, link?: string[], near?: string, line?: Pair, number?: number}} NetworkHit */
/** @typedef {{x: (time: number) => number, y: (row: number) => number, time: (px: number) => number, left: number,
 *   right: number, bottom: number, gap: number, width: number, height: number}} Axes */
/** @typedef {{text?: string, packet?: number, time?: number, step?: number}} ChartHit */
/** @typedef {[path: (string | number)[], value: unknown][]} Changes */
/** @typedef {{number: number, scene: Scene}} State */
/** @typedef {{whole?: State, changes?: Changes, number?: number, probe?: number, have?: string,
 *   of?: number, modules?: [name: string, source: string][], css?: string}} Message */
/** @typedef {(message: Message, buffers: DataView[]) => void} Hear */
/** @typedef {"msg:custom" | "comm_live_update"} Happening */
/** @typedef {{get(name: "_scene"): State, get(name: "_still"): string, send(message: object, callbacks?: object): void,
 *   on(name: Happening, hear: Hear): void, off(name: Happening, hear: Hear): void}} Model */
/** @typedef {{react(node: Element, data: object[], layout: object, config: object): unknown}} Plotly */
/** @typedef {{Plotly: Plotly, model: Model, name: string}} Tools */
/** @typedef {[parcel: Message, buffers: DataView[]]} Answer */
/** Asks the kernel for a thing that it sends once a page, and says how far that is.
 * @typedef {(thing: string, far?: string) => Promise<Answer>} Ask */

export {};
