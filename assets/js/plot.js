/* A Plotly graph that draws axes only, with canvases of ours over it. The canvases are drawn on as soon as the page
   stands, the axes when plotly.js has been run: until then the place of both follows from Plotly's layout. The one file that knows plotly.js's
   internals (_fullLayout: scenes, and axes' _offset, _length and range), pinned with plotly in requirements.txt. */
(() => {
  "use strict";
  const A = (window.adamoscope ||= {});
  const CLICK = 8; // pixels: a press that moves less is a click, as in Plotly
  const TAP = 24; // pixels between two taps of a finger that make a double one
  const DOUBLE = 500; // ms within which a second click makes a double one
  const LATE = 100; // ms that a busy page may hear of it later
  const SLACK = 2; // pixels that a press on a handle moves before it drags: less is a hand that only holds it
  const SOURCE = document.querySelector("link[rel=preload][as=script]").href;

  /* plotly.js, run once, when it is first called for. */
  let plotly;
  A.plotly = () =>
    (plotly ??= new Promise((resolve, reject) => {
      const script = Object.assign(document.createElement("script"), { src: SOURCE, onload: () => resolve(window.Plotly), onerror: reject });
      document.head.append(script);
    }));

  /* Plotly sends every surface to the graphics card anew whenever any trace moves; until released, they stay there. */
  A.holdSurfaces = (graph) => {
    const traces = Object.values(graph._fullLayout.scene?._scene?.traces ?? {}).filter((trace) => trace.data.type === "surface");
    for (const trace of traces) trace.update = (data) => (trace.data = data);
    return () => traces.forEach((trace) => delete trace.update);
  };

  A.Plot = class {
    /* layers: {name: function(context, plot)} bottom to top, whose `nothing()` says if there is nothing to draw; moved:
       called with the new ranges after a zoom or pan, and where two fingers did it with how many times as wide they are;
       clicked: with the place, at once; reset: after a double click, when what its first click did is taken back. */
    constructor(id, layers, { moved, resized, clicked, reset }) {
      this.id = id;
      const container = (this.container = A.element(id));
      this.graph = container.querySelector(".axes");
      this.layers = layers;
      this.on = { moved };
      Object.assign(this, A.specification.plots[id]); // layout and config
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
          if (this.drawn) await window.Plotly.relayout(this.graph, this.measures()); // the axes' new lengths and ranges
          this.redraw();
          resized?.();
        }, 80);
      }).observe(container);
      this.listenForClicks(clicked, reset);
      A.pinch(this, (ranges, wider) => this.on.moved?.(ranges, wider));
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
      await window.Plotly.newPlot(this.graph, [], Object.assign(this.layout, this.measures()), this.config);
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
          await window.Plotly.relayout(this.graph, this.lighter(change));
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
      const scale = (this.scale = window.devicePixelRatio || 1);
      // as many pixels as the browser gives the box, from edge to rounded edge: with one more it would stretch them
      const pixels = (from, length) => Math.round((from + length) * scale) - Math.round(from * scale);
      for (const canvas of Object.values(this.canvases)) {
        canvas.width = pixels(left + window.scrollX, width);
        canvas.height = pixels(top + window.scrollY, height);
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
      A.put(canvas, { hidden: nothing });
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

    /* Plotly covers the page while a button is down, so presses are followed by pointer events of our own. It takes two
       clicks for a double one by the time it hears of them: a busy page would take them for two. A click acts at once;
       the second of a double click takes that back first, to the last bit. A click that follows a double one as fast
       does nothing by itself: of a hand that clicks on, every second click is the second of a double one. */
    listenForClicks(clicked, reset) {
      let down = null;
      this.lastClick = null; // where, when, in which state; `undo` takes it back; `paired`: it was the second of two
      this.container.addEventListener(
        "pointerdown",
        (event) => {
          const on = fingers.size < 2 && event.button === 0 && event.target.closest?.(".handle, .nsewdrag");
          down = on ? { x: event.clientX, y: event.clientY, id: event.pointerId, onPlot: on.matches(".nsewdrag") } : null;
        },
        true,
      );
      window.addEventListener("pointercancel", () => (down = null), true);
      window.addEventListener(
        "pointerup",
        (event) => {
          const press = down, before = this.lastClick, follows = press && this.followsClick(event);
          down = this.lastClick = null;
          if (!press || event.pointerId !== press.id || apart(event, press.x, press.y) >= CLICK) return;
          this.lastClick = { x: press.x, y: press.y, time: event.timeStamp, state: A.state, undo: null, paired: follows && !before.paired };
          if (this.lastClick.paired) {
            before.undo?.();
            reset?.();
          } else if (!follows && press.onPlot && clicked)
            this.lastClick.undo = A.undoable(() => clicked(this.at(press.x, press.y)), DOUBLE + LATE);
        },
        true,
      );
    }

    /* Whether the event is near the last click, in place and in time, of which a busy page hears later; and no other
       state was adopted between. */
    followsClick(event) {
      const { lastClick: last } = this, near = event.pointerType === "touch" ? TAP : CLICK;
      return last?.state === A.state && event.timeStamp - last.time < DOUBLE && apart(event, last.x, last.y) < near;
    }
  };

  /* The fingers and pens that are down. Chromium's isPrimary does not tell: after two fingers have magnified the page it
     may take every later touch for that of a second finger. */
  const fingers = new Set();
  window.addEventListener("pointerdown", ({ pointerId, pointerType }) => pointerType !== "mouse" && fingers.add(pointerId), true);
  for (const type of ["pointerup", "pointercancel"]) window.addEventListener(type, ({ pointerId }) => fingers.delete(pointerId), true);

  const apart = (event, x, y) => Math.hypot(event.clientX - x, event.clientY - y);

  /* A change of a layout in Plotly's form, {"xaxis.title.text": "t"}, into a layout that is not yet drawn. */
  function assign(layout, change) {
    for (const [path, value] of Object.entries(change)) {
      const names = path.split("."), last = names.pop();
      names.reduce((part, name) => (part[name] ??= {}), layout)[last] = value;
    }
  }

  /* A dot to drag: moves with the pointer or the arrow keys. place() -> pixel position; dragged(x, y, final) in
     axis units; step: how far an arrow key goes, in axis units, or [across, up]; told() -> what to say of its place. */
  A.Handle = class {
    constructor(plot, label, { place, dragged, step, told }) {
      this.plot = plot;
      this.place = place;
      const dot = document.createElement("button");
      dot.className = "handle";
      dot.type = "button";
      dot.setAttribute("aria-label", label);
      dot.title = label;
      dot.setAttribute("aria-description", "Arrow keys move it, with Shift ten times as far");
      plot.container.appendChild(dot);
      this.dot = dot;
      // an animation that stands still: a style would have the page's layers built anew with every move
      this.moved = dot.animate([], { duration: 1, fill: "both" });
      this.moved.pause();
      dot.addEventListener("pointerdown", (event) => {
        if (event.button !== 0) return;
        event.preventDefault();
        event.stopPropagation();
        dot.focus({ preventScroll: true });
        dot.setPointerCapture(event.pointerId);
        // the second press of a double click may find the dot under it, which the first has brought there
        const slack = plot.followsClick(event) ? CLICK : SLACK;
        let heard = null; // the move that was told last, once it is a drag
        const move = (e) => {
          if (heard ? e.clientX === heard.clientX && e.clientY === heard.clientY : apart(e, event.clientX, event.clientY) < slack) return;
          heard = e;
          this.report(e, dragged, false);
        };
        // as a slider's thumb: where nothing is under way, as soon as the hand has moved (quantity.js)
        const hurried = (e) => e.pointerType !== "touch" && !A.channels.runs.busy && move(e);
        const up = (e) => {
          dot.removeEventListener("pointermove", move);
          dot.removeEventListener("pointerrawupdate", hurried);
          dot.removeEventListener("pointerup", up);
          dot.removeEventListener("pointercancel", up);
          if (e.type === "pointerup") move(e);
          if (heard) this.report(heard, dragged, true);
        };
        dot.addEventListener("pointermove", move);
        dot.addEventListener("pointerrawupdate", hurried);
        dot.addEventListener("pointerup", up);
        dot.addEventListener("pointercancel", up);
      });
      dot.addEventListener("mousedown", (event) => event.stopPropagation());
      dot.addEventListener("keydown", (event) => {
        const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
        if (!way) return;
        event.preventDefault();
        const [x, y] = this.place();
        const [wide, high = wide] = [step()].flat(), times = event.shiftKey ? 10 : 1;
        dragged(x + way[0] * wide * times, y + way[1] * high * times, true);
        A.say(told());
      });
    }

    report(event, dragged, final) {
      const { x, y } = this.plot.at(event.clientX, event.clientY);
      const [x0, x1, y0, y1] = this.plot.ranges();
      dragged(Math.min(x1, Math.max(x0, x)), Math.min(y1, Math.max(y0, y)), final);
    }

    update() {
      const at = this.place();
      const { left, top, width, height } = this.plot.area();
      const [px, py] = at ? [this.plot.x(at[0]), this.plot.y(at[1])] : [NaN, NaN];
      const inside = px >= left - 1 && px <= left + width + 1 && py >= top - 1 && py <= top + height + 1;
      const transform = inside ? `translate(${px}px, ${py}px)` : "";
      if (transform === this.shown) return;
      this.shown = transform;
      this.dot.hidden = !inside;
      if (inside) this.moved.effect.setKeyframes({ transform: [transform, transform] });
    }
  };
})();
