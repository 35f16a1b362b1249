/* A Plotly graph that draws axes only, with canvases of ours over it. The canvases are drawn on as soon as the page
   stands, the axes when plotly.js has been run: until then the place of both follows from Plotly's layout. The one file that knows plotly.js's
   internals (_fullLayout: scenes, and axes' _offset, _length and range), pinned with plotly in requirements.txt. */

import { loadPlotly } from "../dash.js";
import { element, put } from "../dom/elements.js";
import { store } from "../state/store.js";

/* Plotly sends every surface to the graphics card anew whenever any trace moves; until released, they stay there. */
export const holdSurfaces = (graph) => {
  const traces = Object.values(graph._fullLayout.scene?._scene?.traces ?? {}).filter((trace) => trace.data.type === "surface");
  for (const trace of traces) trace.update = (data) => (trace.data = data);
  return () => traces.forEach((trace) => delete trace.update);
};

export class Plot {
  /* layers: {name: function(context, plot)} bottom to top, whose `nothing()` says if there is nothing to draw; moved:
     called with the new ranges after a zoom or pan, and where two fingers did it with how many times as wide they are;
     resized: called when its place has another size. */
  constructor(id, layers, { moved, resized = null }) {
    this.id = id;
    const container = (this.container = element(id));
    /** @type {any} what Plotly adds to the element is its own */
    this.graph = container.querySelector(".axes");
    this.drawn = null; // a promise of Plotly's axes, once they are asked for
    this.onredraw = null; // called after every drawing of ours
    this.kept = null; // strokes that stay as they are, as a picture
    this.layers = layers;
    this.on = { moved };
    const { layout, config } = store.specification.plots[id];
    this.layout = layout;
    this.config = config;
    this.canvases = {};
    this.blank = {};
    for (const name of Object.keys(layers)) {
      this.canvases[name] = Object.assign(document.createElement("canvas"), { className: "layer" });
      this.graph.append(this.canvases[name]);
    }
    this.size();
    let timer, known = this.lengths();
    new ResizeObserver(() => {
      if (this.lengths() === known) return;
      known = this.lengths();
      clearTimeout(timer);
      timer = setTimeout(async () => {
        this.size();
        if (this.drawn) await (await loadPlotly()).relayout(this.graph, this.measures()); // the axes' new lengths and ranges
        this.redraw();
        resized?.();
      }, 80);
    }).observe(container);
    // a finger scrolls the page and taps, by pointer events: Plotly would take every touch for a zoom of its own
    container.addEventListener("touchstart", (event) => event.stopPropagation(), { capture: true, passive: true });
  }

  lengths() {
    return `${this.container.clientWidth} ${this.container.clientHeight}`;
  }

  /* Told to Plotly, which would measure the page itself, and lay it out, at every change of an axis. */
  measures() {
    return { width: Math.round(this.box.width), height: Math.round(this.box.height) };
  }

  /* Plotly's axes around the canvases. */
  drawAxes() {
    return (this.drawn ??= this.makeAxes());
  }

  async makeAxes() {
    await (await loadPlotly()).newPlot(this.graph, [], Object.assign(this.layout, this.measures()), this.config);
    this.layout = this.graph.layout;
    // above what Plotly draws, below its zoom box and everything that takes the pointer
    this.graph.querySelector(".gl-container").before(...Object.values(this.canvases));
    this.graph.on("plotly_relayouting", () => this.redraw());
    this.graph.on("plotly_relayout", (change) => {
      if (Object.keys(change).some((key) => /axis\.range/.test(key)) && !this.quiet) this.on.moved?.(this.ranges());
    });
    this.graph.on("plotly_afterplot", () => this.redrawSoon());
    this.redraw();
  }

  area() {
    const { xaxis, yaxis } = this.graph._fullLayout ?? {};
    if (yaxis?._length) return { left: xaxis._offset, top: yaxis._offset, width: xaxis._length, height: yaxis._length };
    const { l, r, t, b } = this.layout.margin, { width, height } = this.box;
    return { left: l, top: t, width: Math.max(1, Math.round(width) - l - r), height: Math.max(1, Math.round(height) - t - b) };
  }

  /* In the axes' own units: log10 on log axes. */
  ranges() {
    const { xaxis, yaxis } = this.graph._fullLayout ?? {};
    if (yaxis?._length) return [...xaxis.range, ...yaxis.range].map(Number);
    return this.layout.yaxis.scaleanchor ? this.oneScale() : [...this.layout.xaxis.range, ...this.layout.yaxis.range];
  }

  /* As Plotly has it where both axes share a scale: the range that is too short is widened about its middle, unless
     the scales are alike to a millionth. */
  oneScale() {
    const { width, height } = this.area(), [x0, x1] = this.layout.xaxis.range, [y0, y1] = this.layout.yaxis.range;
    const scales = [(x1 - x0) / width, (y1 - y0) / height];
    if (Math.min(...scales) > (1 - 1e-6) * Math.max(...scales)) return [x0, x1, y0, y1];
    const scale = Math.max(...scales) / 2, x = (x0 + x1) / 2, y = (y0 + y1) / 2;
    return [x - scale * width, x + scale * width, y - scale * height, y + scale * height];
  }

  setRanges([x0, x1, y0, y1]) {
    return this.relayout({ "xaxis.range": [x0, x1], "yaxis.range": [y0, y1] });
  }

  /* The same change that is still on its way is not made twice. */
  relayout(change) {
    const text = JSON.stringify(change);
    if (this.changing?.text === text) return this.changing.done;
    const mine = (this.changing = { text, done: this.relaid(change) });
    return mine.done.finally(() => this.changing === mine && (this.changing = null));
  }

  async relaid(change) {
    this.quiet = true;
    try {
      if (this.drawn) {
        await this.drawn;
        await (await loadPlotly()).relayout(this.graph, this.lighter(change));
      } else assign(this.layout, change);
    } finally {
      this.quiet = false;
    }
    this.redrawSoon();
  }

  /* Plotly moves ranges alone in an eighth of the time: the distance of ticks is set without it, where it comes along. */
  lighter({ "yaxis.dtick": dtick, ...ranges }) {
    if (dtick === undefined || !Object.keys(ranges).length || !Object.keys(ranges).every((name) => name.endsWith(".range")))
      return dtick === undefined ? ranges : { "yaxis.dtick": dtick, ...ranges };
    this.graph.layout.yaxis.dtick = this.graph._fullLayout.yaxis.dtick = dtick;
    return ranges;
  }

  x(value) {
    const { left, width } = this.area();
    const [x0, x1] = this.ranges();
    return left + ((value - x0) / (x1 - x0)) * width;
  }

  y(value) {
    const { top, height } = this.area();
    const [, , y0, y1] = this.ranges();
    return top + (1 - (value - y0) / (y1 - y0)) * height;
  }

  at(clientX, clientY) {
    const box = this.container.getBoundingClientRect();
    const { left, top, width, height } = this.area();
    const [x0, x1, y0, y1] = this.ranges();
    const u = (clientX - box.left - left) / width;
    const v = 1 - (clientY - box.top - top) / height;
    return { x: x0 + u * (x1 - x0), y: y0 + v * (y1 - y0), inside: u >= 0 && u <= 1 && v >= 0 && v <= 1, u, v };
  }

  size() {
    const { left, top, width, height } = (this.box = this.container.getBoundingClientRect());
    const scale = (this.scale = devicePixelRatio || 1);
    // as many pixels as the browser gives the box, from edge to rounded edge: with one more it would stretch them
    const pixels = (from, length) => Math.round((from + length) * scale) - Math.round(from * scale);
    for (const canvas of Object.values(this.canvases)) {
      canvas.width = pixels(left + scrollX, width);
      canvas.height = pixels(top + scrollY, height);
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
    }
  }

  redraw(...names) {
    for (const name of names.length ? names : Object.keys(this.layers)) this.paint(name, this.layers[name]);
    this.onredraw?.();
  }

  /* The same in the next frame, once, however many ask. */
  redrawSoon(...names) {
    if (!this.due) requestAnimationFrame(() => {
      const due = [...this.due];
      this.due = null;
      this.redraw(...due);
    });
    this.due ??= new Set();
    for (const name of names.length ? names : Object.keys(this.layers)) this.due.add(name);
  }

  /* Draw on a layer, over what is there already unless it is cleared. One with nothing to draw is taken out: without
     a graphics card every canvas in view is copied with every frame, drawn on or not. That does not befall a canvas
     that shows an image, and such is one whose drawing (`draw.still`) does not change while the hand moves. */
  paint(name, draw, clear = true) {
    const canvas = this.canvases[name], nothing = Boolean(draw.nothing?.());
    if ((nothing && this.blank[name]) || !canvas.width || !canvas.height) return; // there is no image of no pixels
    this.blank[name] = nothing;
    const drawn = draw.still ? new OffscreenCanvas(canvas.width, canvas.height) : canvas;
    const context = drawn.getContext("2d");
    put(canvas, { hidden: nothing });
    context.setTransform(this.scale, 0, 0, this.scale, 0, 0);
    if (clear && !draw.still) context.clearRect(0, 0, canvas.width / this.scale, canvas.height / this.scale);
    context.save();
    draw(context, this);
    context.restore();
    if (draw.still) canvas.getContext("bitmaprenderer").transferFromImageBitmap(drawn.transferToImageBitmap());
  }

  /* Under the layer's other strokes what `draw` draws, as a picture that is taken up again as long as all of `things`
     are the same and so are the axes. */
  keep(context, things, draw) {
    const { width, height } = context.canvas, now = [...things, width, height, ...this.ranges(), ...Object.values(this.area())];
    this.kept ??= Object.assign(document.createElement("canvas"), { things: [] });
    if (this.kept.things.length !== now.length || now.some((thing, i) => thing !== this.kept.things[i])) {
      Object.assign(this.kept, { width, height, things: now });
      const own = this.kept.getContext("2d");
      own.setTransform(this.scale, 0, 0, this.scale, 0, 0);
      this.clip(own);
      draw(own);
    }
    context.drawImage(this.kept, 0, 0, width / this.scale, height / this.scale);
  }

  clip(context) {
    const { left, top, width, height } = this.area();
    context.beginPath();
    context.rect(left, top, width, height);
    context.clip();
  }
}

/* A change of a layout in Plotly's form, {"xaxis.title.text": "t"}, into a layout that is not yet drawn. */
function assign(layout, change) {
  for (const [path, value] of Object.entries(change)) {
    const names = path.split("."), last = names.pop();
    names.reduce((part, name) => (part[name] ??= {}), layout)[last] = value;
  }
}

/* The plots of the page, made by hand/plots.js: {landscape, curves, map}. */
export let plots = null;
export const setPlots = (made) => (plots = made);
