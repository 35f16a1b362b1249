/* The landscape: shading and contours below, flows and paths above. */
(() => {
  "use strict";
  const A = (window.adamoscope ||= {});
  const MOST_DOTS = 4000; // more are a scribble, not steps
  const SEPARATE = 5; // pixels between steps from which each is drawn as a dot

  A.drawGround = (context, plot) => {
    const ground = A.ground;
    if (!ground) return;
    plot.clip(context);
    const [x0, x1, y0, y1] = ground.window;
    const left = plot.x(x0), right = plot.x(x1), top = plot.y(y1), bottom = plot.y(y0);
    if (ground.image) {
      context.imageSmoothingEnabled = true;
      context.imageSmoothingQuality = "high";
      context.drawImage(ground.image, left, top, right - left, bottom - top);
    }
    const lines = ground.arrays.lines, starts = ground.arrays.starts;
    context.strokeStyle = A.colour("contour");
    context.lineWidth = 0.8;
    context.beginPath();
    let open = false;
    for (let i = 0; i < 2 * (starts.at(-1) || 0); i += 2) {
      const u = lines[i] / ground.parts, v = lines[i + 1] / ground.parts;
      if (lines[i] > ground.parts) open = false;
      else {
        const x = left + u * (right - left), y = bottom + v * (top - bottom);
        if (open) context.lineTo(x, y);
        else context.moveTo(x, y);
        open = true;
      }
    }
    context.stroke();
    for (const [mx, my] of ground.minimizers) cross(context, plot.x(mx), plot.y(my));
  };

  function cross(context, x, y) {
    context.strokeStyle = A.colour("ink");
    context.lineWidth = 1.4;
    context.beginPath();
    context.moveTo(x - 4, y - 4);
    context.lineTo(x + 4, y + 4);
    context.moveTo(x - 4, y + 4);
    context.lineTo(x + 4, y - 4);
    context.stroke();
  }

  /* Shading as a small image, stretched smoothly: rows from y0 upwards, so it is turned over. */
  A.shadeImage = (ground) => {
    const [rows, columns] = ground.arrays.shade.shape;
    if (!columns) return null;
    const canvas = document.createElement("canvas");
    canvas.width = columns;
    canvas.height = rows;
    const context = canvas.getContext("2d");
    const image = context.createImageData(columns, rows);
    const low = A.rgb(A.colour("ground-low")), high = A.rgb(A.colour("ground-high")), none = A.rgb(A.colour("ground-none"));
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        const s = ground.arrays.shade[r * columns + c];
        const at = 4 * ((rows - 1 - r) * columns + c);
        for (let j = 0; j < 3; j++) image.data[at + j] = s === 255 ? none[j] : low[j] + ((high[j] - low[j]) * s) / 254;
        image.data[at + 3] = 255;
      }
    }
    context.putImageData(image, 0, 0);
    return canvas;
  };

  A.drawPaths = (context, plot) => {
    plot.clip(context);
    const { runs, flows } = A.shown;
    if (flows && A.state.flow) {
      flows.flows.forEach((flow, i) => {
        const path = flows.arrays[`path ${i}`];
        if (path) stroke(context, plot, path, flows.window, A.runColour(i), { width: 5, alpha: 0.32 });
      });
    }
    if (!runs) return;
    const labels = [], looking = A.playhead() !== null; // then the path so far and the heads are drawn above
    const order = runs.runs.map((_, i) => i).sort((i, j) => (i === A.state.edit) - (j === A.state.edit));
    for (const i of order) {
      const path = runs.arrays[`path ${i}`];
      if (!path) continue;
      stroke(context, plot, path, runs.window, A.runColour(i), { width: 1.5, alpha: looking ? 0.25 : 1, dots: true });
      if (looking) continue;
      const [x, y] = runs.runs[i].end;
      const { left, top, width, height } = plot.area();
      const px = plot.x(x), py = plot.y(y);
      if (px > left && px < left + width && py > top && py < top + height) {
        context.fillStyle = A.runColour(i);
        context.beginPath();
        context.arc(px, py, 3.4, 0, 7);
        context.fill();
        labels.push({ x: px, y: py, text: runs.runs[i].title, colour: A.runColour(i), right: px < left + width - 110 });
      }
    }
    const { top, height } = plot.area();
    for (const l of A.spread(labels, 16, top + 8, top + height - 8))
      A.label(context, l.text, l.x + (l.right ? 9 : -9), l.y, { colour: l.colour, align: l.right ? "left" : "right" });
  };

  A.strokePath = stroke;
  function stroke(context, plot, path, [x0, x1, y0, y1], colour, { width, alpha, dots }) {
    const ax = plot.x(x1) - plot.x(x0), bx = plot.x(x0), ay = plot.y(y1) - plot.y(y0), by = plot.y(y0);
    context.save();
    context.globalAlpha = alpha;
    context.strokeStyle = context.fillStyle = colour;
    const line = new Path2D(), near = width / 4; // a point so near to the last one adds nothing to see
    const apart = [];
    let px = NaN, py = NaN;
    for (let i = 0; i < path.length; i += 2) {
      const u = path[i], v = path[i + 1];
      const x = bx + u * ax, y = by + v * ay;
      if (u !== u) px = NaN;
      else if (px !== px) {
        line.moveTo(x, y);
        px = x;
        py = y;
      } else if (Math.abs(x - px) > near || Math.abs(y - py) > near || i + 2 === path.length) {
        line.lineTo(x, y);
        if (dots && Math.hypot(x - px, y - py) > SEPARATE) apart.push(x, y);
        px = x;
        py = y;
      }
    }
    A.strokeLine(context, line, width);
    if (apart.length && apart.length < MOST_DOTS) {
      context.beginPath();
      for (let i = 0; i < apart.length; i += 2) {
        context.moveTo(apart[i] + 2, apart[i + 1]);
        context.arc(apart[i], apart[i + 1], 2, 0, 7);
      }
      context.fill();
    }
    context.restore();
  }
})();
