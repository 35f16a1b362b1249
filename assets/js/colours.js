/* The palettes, read from the style sheet so that light and dark live in one place. */
(() => {
  "use strict";
  const A = (window.adamoscope ||= {});
  let known = {};

  A.colour = (name) => (known[name] ??= getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim());
  A.forgetColours = () => (known = {});
  A.runColour = (index) => A.colour(`run-${index}`);
  A.rgb = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
  A.FONT = "'Source Sans 3', system-ui, sans-serif";

  A.text = (context, text, x, y, { colour, weight = 600, size = 13, align = "left", halo = true, angle = 0, style = "" }) => {
    context.save();
    context.translate(x, y);
    context.rotate(angle);
    context.font = `${style} ${weight} ${size}px ${A.FONT}`;
    context.textAlign = align;
    context.textBaseline = "middle";
    if (halo) {
      context.lineJoin = "round";
      context.lineWidth = 4;
      context.strokeStyle = typeof halo === "string" ? halo : A.colour("halo");
      context.strokeText(text, 0, 0);
    }
    context.fillStyle = colour;
    context.fillText(text, 0, 0);
    context.restore();
  };

  /* A stroke as wide as `width`. Up to a pixel of the screen the browser draws lines forty times as fast as wider ones,
     whose outlines it has to fill: lines little wider than that are two fine ones, side by side. */
  A.strokeLine = (context, line, width) => {
    const wide = width * (window.devicePixelRatio || 1);
    context.lineJoin = context.lineCap = "round";
    context.lineWidth = wide > FINE ? width : width / Math.max(1, wide);
    if (wide <= 1 || wide > FINE) return context.stroke(line);
    const apart = (width - context.lineWidth) / 2;
    for (const side of [-apart, apart]) {
      context.translate(side, side);
      context.stroke(line);
      context.translate(-side, -side);
    }
  };
  const FINE = 1.6; // pixels of the screen

  /* Labels that want the same place are moved apart; each keeps its order. */
  A.spread = (labels, gap, low, high) => {
    labels.sort((p, q) => p.y - q.y);
    for (let i = 1; i < labels.length; i++) labels[i].y = Math.max(labels[i].y, labels[i - 1].y + gap);
    let limit = high;
    for (let i = labels.length - 1; i >= 0; i--) {
      labels[i].y = Math.min(labels[i].y, limit);
      limit = labels[i].y - gap;
    }
    for (const label of labels) label.y = Math.max(label.y, low);
    return labels;
  };
})();
