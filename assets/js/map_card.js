/* What stands under the pointer on the map: its numbers at once, and where it rests a card with the cell's own run. */
(() => {
  "use strict";
  const A = (window.adamoscope ||= {});
  const REST = 120; // ms on a cell before its run is asked for
  let card, wanted = null, resting;

  /* A loss curve in miniature, in a canvas of this size; `name` picks its arrays. */
  A.drawSmall = (canvas, arrays, header, suffix, width, height) => {
    const scale = window.devicePixelRatio || 1, context = canvas.getContext("2d");
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
    context.scale(scale, scale);
    context.beginPath();
    const xs = arrays[`x${suffix}`], ys = arrays[`y${suffix}`];
    for (let i = 0; i < xs.length; i++) {
      const x = 1 + xs[i] * (width - 2), y = 3 + (1 - Math.min(1.1, Math.max(-0.05, ys[i]))) * (height - 6);
      if (i) context.lineTo(x, y);
      else context.moveTo(x, y);
    }
    context.strokeStyle = A.runColour(A.state.edit);
    context.lineWidth = 1.1;
    context.lineJoin = "round";
    context.stroke();
  };

  /* From which loss to which a miniature goes, in words. */
  A.smallRange = ({ low, high, scale }) =>
    `${A.shortNumber(scale === "log" ? 10 ** low : low)} to ${A.shortNumber(scale === "log" ? 10 ** high : high)}`;

  function cellAt(event) {
    const at = A.plots.map.at(event.clientX, event.clientY);
    return at.inside ? cellOver(at.x, at.y) : null;
  }

  function cellOver(x, y) {
    const { map } = A;
    if (!map?.size || A.mapStale) return null;
    const [u0, u1, v0, v1] = map.window, n = map.size;
    const c = Math.floor(((x - u0) / (u1 - u0)) * n), r = Math.floor(((y - v0) / (v1 - v0)) * n);
    if (c < 0 || c >= n || r < 0 || r >= n) return null;
    return { index: r * n + c, x: u0 + ((c + 0.5) / n) * (u1 - u0), y: v0 + ((r + 0.5) / n) * (v1 - v0) };
  }

  function readout(cell) {
    const { map } = A;
    if (!cell) return "";
    const place = map.plane.split(",").map((name, i) => {
      const { symbol, scale } = A.specification.map.axes[name], unit = i ? cell.y : cell.x;
      return `${symbol} ${A.shortNumber(scale === "linear" ? unit : 10 ** unit)}`;
    });
    const regime = map.arrays.regime[cell.index];
    const name = (index) => map.regimes[index] ?? (map.arrays.limit ? "the integrator gave up" : "no such β");
    const parts = [...place, name(regime)];
    if (map.dynamics === "difference") parts.push(`limit: ${name(map.arrays.limit[cell.index])}`);
    if (map.bar && regime >= 0) {
      const { title, unit } = A.specification.map.layers[map.layer];
      const value = map.arrays.values[cell.index];
      parts.push(Number.isNaN(value) ? `${title}: no number` : `${title} ${A.shortNumber(value)} ${unit}`);
    }
    if (map.arrays.short[cell.index]) parts.push("horizon·min(a, b) < 10");
    return parts.join("   ");
  }

  /* A place on the plane in words: its own numbers, and what its cell holds. */
  A.cellText = (x, y) => {
    const cell = cellOver(x, y);
    return cell ? readout({ ...cell, x, y }).replaceAll("   ", ", ") : "";
  };

  function numbers({ numbers: found }) {
    return Object.entries(found ?? {}).map(([name, value]) => {
      const { title, unit } = A.specification.map.layers[name];
      return A.make("div", {}, A.make("span", { textContent: title }), A.make("b", {}, ...A.typeset(A.shortNumber(value)), unit ? ` ${unit}` : ""));
    });
  }

  A.showCell = (data, question) => {
    if (!data || wanted?.x !== Number(question.x) || wanted?.y !== Number(question.y)) return;
    const said = { long: `${data.steps.toLocaleString("en")} steps: too long to draw`, invalid: "no such run" }[data.status];
    const heading = A.make("div", { className: "head" }, A.make("b", { textContent: data.regime ?? "" }), said ?? `${data.steps.toLocaleString("en")} steps`);
    const parts = [heading];
    if (!said) {
      const canvas = document.createElement("canvas");
      A.drawSmall(canvas, data.arrays, data, "", 168, 46);
      parts.push(canvas, A.make("div", { className: "range" }, "loss ", ...A.typeset(A.smallRange(data))), ...numbers(data));
    }
    card.replaceChildren(...parts);
    place();
    card.hidden = false;
  };

  /* Beside the pointer, inside the plot, and off the cell itself. */
  function place() {
    const box = A.element("map-plot").getBoundingClientRect();
    const x = wanted.clientX - box.left, y = wanted.clientY - box.top;
    card.hidden = false;
    const left = x > box.width / 2 ? x - card.offsetWidth - 18 : x + 18;
    const top = Math.min(box.height - card.offsetHeight - 2, Math.max(2, y - card.offsetHeight / 2));
    card.style.transform = `translate(${Math.max(2, left)}px, ${top}px)`;
  }

  function hide() {
    clearTimeout(resting);
    wanted = null;
    if (card) card.hidden = true;
    A.element("map-readout").textContent = "";
  }

  A.watchMap = () => {
    const plot = A.plots.map;
    card = A.make("div", { className: "card", hidden: true });
    card.setAttribute("aria-hidden", "true");
    A.element("map-plot").append(card);
    plot.container.addEventListener("pointermove", (event) => {
      const cell = cellAt(event);
      A.element("map-readout").textContent = readout(cell);
      plot.container.title = A.lineAt(event) ?? "";
      if (event.pointerType !== "mouse" || event.buttons || !cell || A.map.arrays.regime[cell.index] < 0) {
        clearTimeout(resting);
        wanted = null;
        card.hidden = true;
        return;
      }
      if (wanted && wanted.x === cell.x && wanted.y === cell.y) return;
      wanted = { ...cell, clientX: event.clientX, clientY: event.clientY };
      card.hidden = true;
      clearTimeout(resting);
      resting = setTimeout(() => A.channels.cell.ask({ link: A.linkOf(A.state), x: cell.x, y: cell.y }), REST);
    });
    plot.container.addEventListener("pointerdown", hide, true);
    plot.container.addEventListener("pointerleave", hide);
  };
})();
