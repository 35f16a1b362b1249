/* The regime map: cells, names, and the theory's lines. */
(() => {
  "use strict";
  const A = (window.adamoscope ||= {});
  const LINES = [
    { slope: 4, name: "a = 4b", text: "the proof stops", title: "On its left the energy cannot grow: where Belotto da Silva & Gazeau's proof stops" },
    { slope: 8, name: "a = 8b", text: "contraction stops", title: "Where the flow on a quadratic stops contracting: derived by averaging, and measured" },
  ];

  A.mapImage = (map) => {
    const n = map.size, canvas = document.createElement("canvas");
    canvas.width = canvas.height = n;
    const context = canvas.getContext("2d");
    const image = context.createImageData(n, n);
    const palette = map.regimes.map((name) => {
      const hex = A.colour(`regime-${name}`);
      return [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
    });
    for (let r = 0; r < n; r++)
      for (let c = 0; c < n; c++) {
        const regime = map.arrays.regime[r * n + c];
        if (regime < 0) continue; // stays clear: the hatching shows through
        const at = 4 * ((n - 1 - r) * n + c);
        image.data.set([...palette[regime], 255], at);
      }
    context.putImageData(image, 0, 0);
    return canvas;
  };

  A.drawMap = (context, plot) => {
    const { left, top, width, height } = plot.area();
    context.save();
    plot.clip(context);
    hatch(context, left, top, width, height);
    if (A.map?.image) {
      const [low, high] = A.map.range.map(Math.log10);
      const x0 = plot.x(low), x1 = plot.x(high), y0 = plot.y(low), y1 = plot.y(high);
      context.imageSmoothingEnabled = false;
      context.globalAlpha = A.mapStale ? 0.45 : 1;
      context.drawImage(A.map.image, x0, y1, x1 - x0, y0 - y1);
      context.globalAlpha = 1;
    }
    if (A.map) {
      LINES.forEach((line) => theory(context, plot, line));
      const rates = A.rates?.();
      const dot = rates && [plot.x(rates[0]), plot.y(rates[1])];
      for (const label of A.map.labels) {
        const x = held(plot.x(Math.log10(label.a)), left + 40, left + width - 40);
        let y = plot.y(Math.log10(label.b));
        if (dot && Math.abs(dot[0] - x) < 60 && Math.abs(dot[1] - y) < 20) y = dot[1] + 26; // not under the dot
        A.text(context, label.name, x, y, {
          colour: A.colour(`on-${label.name}`), halo: A.colour(`regime-${label.name}`), align: "center", size: 14,
        });
      }
    }
    context.restore();
    (A.mapMessage ?? "").split("\n").forEach((line, i) =>
      A.text(context, line, left + width / 2, top + height / 2 + 20 * i - 20, { colour: A.colour("soft"), align: "center", weight: 400, size: 14 }),
    );
  };

  const held = (value, low, high) => Math.min(high, Math.max(low, value));

  function theory(context, plot, { slope, name, text }) {
    const [x0, x1, y0] = plot.ranges();
    const shift = Math.log10(slope);
    context.strokeStyle = A.colour("theory");
    context.lineWidth = 1.3;
    context.setLineDash(slope === 4 ? [] : [5, 4]);
    context.beginPath();
    context.moveTo(plot.x(x0), plot.y(x0 - shift));
    context.lineTo(plot.x(x1), plot.y(x1 - shift));
    context.stroke();
    context.setLineDash([]);
    const angle = Math.atan2(plot.y(x1 - shift) - plot.y(x0 - shift), plot.x(x1) - plot.x(x0));
    const x = x0 + (slope === 4 ? 0.66 : 0.47) * (x1 - x0);
    if (x - shift > y0) {
      const side = slope === 4 ? -9 : 9;
      const px = plot.x(x) - side * Math.sin(angle), py = plot.y(x - shift) + side * Math.cos(angle);
      A.text(context, `${name}  ${text}`, px, py, { colour: A.colour("theory"), halo: A.colour("theory-halo"), angle, align: "center", size: 12, weight: 500 });
    }
  }

  function hatch(context, left, top, width, height) {
    context.strokeStyle = A.colour("hair");
    context.lineWidth = 1;
    context.beginPath();
    for (let d = -height; d < width; d += 7) {
      context.moveTo(left + d, top + height);
      context.lineTo(left + d + height, top);
    }
    context.stroke();
  }
})();
