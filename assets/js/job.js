/* A big map: start, progress, tiles on a canvas as they finish, cancel, go on, downloads. */
(() => {
  "use strict";
  const A = (window.adamoscope ||= {});
  const POLL = 700; // ms while a job runs
  const LEFT = 54, BOTTOM = 44, TOP = 8, RIGHT = 10; // pixels around the cells
  let job = { state: "none" }, shownNumber = -1, tilesShown = 0, cells, canvas, image, steps, polling;

  const ask = async (path, method = "GET", parameters = {}) => {
    const response = await fetch(`${A.base}data/${path}?${new URLSearchParams(parameters)}`, { method });
    if (!response.ok) throw new Error((await response.json().catch(() => ({}))).error ?? `The server answered with status ${response.status}.`);
    return response;
  };

  /* One request, and what the server says of the job after it. */
  async function tell(path, method, parameters) {
    try {
      job = await (await ask(path, method, parameters)).json();
    } catch (error) {
      A.notice([error instanceof TypeError ? "The server does not answer." : error.message]);
    }
    await show();
  }

  A.watchJob = () => {
    canvas = document.createElement("canvas");
    A.element("job-map").append(canvas);
    steps = A.make("input", { type: "text", inputMode: "numeric", id: "job-steps", value: String(A.state.steps), spellcheck: false });
    A.element("job-steps-place").append(steps);
    A.element("job-start").addEventListener("click", start);
    A.element("job-resume").addEventListener("click", () => tell("job/resume", "POST"));
    A.element("job-cancel").addEventListener("click", () => tell("job/cancel", "POST"));
    A.element("job-npz").href = `${A.base}data/job/map.npz`;
    A.element("job-svg").href = `${A.base}data/job/map.svg`;
    A.element("job-png").addEventListener("click", png);
    new ResizeObserver(() => cells && draw()).observe(A.element("job-map"));
    new MutationObserver(() => cells && recolour()).observe(document.documentElement, { attributeFilter: ["data-theme"] });
    tell("job");
  };

  function start() {
    const asked = Number(steps.value);
    if (steps.value.trim() === "" || !Number.isFinite(asked)) return A.notice([`steps = '${steps.value.slice(0, 60)}' is no number.`]);
    return tell("job", "POST", { link: A.linkOf(A.state), size: A.element("job-size").value, steps: asked });
  }

  async function show() {
    const running = job.state === "running";
    A.element("job-start").hidden = running;
    A.element("job-cancel").hidden = !running;
    A.element("job-resume").hidden = !["stopped", "cancelled", "failed"].includes(job.state);
    A.element("job-downloads").hidden = job.state !== "finished";
    A.element("job-says").textContent = says();
    A.element("job-done").style.width = `${job.total ? (100 * job.done) / job.total : 0}%`;
    if (job.number !== undefined && job.state !== "stopped") await tiles();
    clearTimeout(polling);
    if (running) polling = setTimeout(() => tell("job"), POLL);
  }

  function says() {
    const { state, done, total, size, steps: count, seconds_left: seconds } = job;
    if (state === "none") return "";
    const what = `${size} × ${size}, ${count.toLocaleString("en")} steps`;
    const left = seconds === null ? "" : `, ${seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`} left`;
    return {
      running: `${what}: tile ${done} of ${total}${left}`,
      finished: `${what}: finished`,
      cancelled: `${what}: cancelled at tile ${done} of ${total}; go on with what is there`,
      stopped: `${what}: stopped with the server; go on with what is there`,
      failed: `${what}: failed: ${job.said}`,
    }[state];
  }

  /* The tiles that came since the last look. */
  async function tiles() {
    if (job.number !== shownNumber) {
      [shownNumber, tilesShown] = [job.number, 0];
      cells = { size: job.size, regime: new Int8Array(job.size ** 2).fill(-1), plane: job.plane, window: job.window };
      image = Object.assign(document.createElement("canvas"), { width: job.size, height: job.size });
      A.element("job-map").hidden = false;
    }
    const data = A.unpack(await (await ask("job/tiles", "GET", { since: tilesShown })).arrayBuffer());
    if (data.number !== shownNumber) return;
    data.tiles.forEach(([row, column, rows, columns], i) => {
      const tile = data.arrays[String(i)];
      for (let r = 0; r < rows; r++) cells.regime.set(tile.subarray(r * columns, (r + 1) * columns), (row + r) * cells.size + column);
      paint(row, column, rows, columns);
    });
    tilesShown += data.tiles.length;
    draw();
  }

  /* Cells as pixels, the first row at the bottom. */
  function paint(row, column, rows, columns) {
    const context = image.getContext("2d"), pixels = context.createImageData(columns, rows);
    const palette = A.specification.regimes.map((name) => A.colour(`regime-${name}`)).map((hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16)));
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < columns; c++) {
        const regime = cells.regime[(row + r) * cells.size + column + c];
        if (regime >= 0) pixels.data.set([...palette[regime], 255], 4 * ((rows - 1 - r) * columns + c));
      }
    context.putImageData(pixels, column, cells.size - row - rows);
  }

  function recolour() {
    paint(0, 0, cells.size, cells.size);
    draw();
  }

  function draw() {
    const width = A.element("job-map").clientWidth, height = width, scale = window.devicePixelRatio || 1;
    if (!width) return;
    Object.assign(canvas, { width: Math.round(width * scale), height: Math.round(height * scale) });
    Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
    const context = canvas.getContext("2d"), soft = A.colour("soft"), side = [width - LEFT - RIGHT, height - TOP - BOTTOM];
    context.scale(scale, scale);
    context.imageSmoothingEnabled = cells.size > side[0];
    context.drawImage(image, LEFT, TOP, ...side);
    context.strokeStyle = A.colour("axis");
    context.strokeRect(LEFT, TOP, ...side);
    cells.plane.split(",").forEach((name, axis) => {
      const { symbol, scale: kind } = A.specification.map.axes[name], [low, high] = cells.window.slice(2 * axis, 2 * axis + 2);
      for (const share of [0, 0.25, 0.5, 0.75, 1]) {
        const unit = low + share * (high - low), text = A.shortNumber(kind === "linear" ? unit : 10 ** unit);
        if (axis) A.text(context, text, LEFT - 6, TOP + (1 - share) * side[1] + (share === 1 ? 5 : 0), { colour: soft, weight: 400, size: 12, align: "right" });
        else A.text(context, text, LEFT + share * side[0], TOP + side[1] + 14, { colour: soft, weight: 400, size: 12, align: share === 1 ? "right" : "center" });
      }
      if (axis) A.text(context, symbol, 10, TOP + side[1] / 2, { colour: soft, weight: 400, size: 13, align: "center", angle: -Math.PI / 2 });
      else A.text(context, symbol, LEFT + side[0] / 2, TOP + side[1] + 34, { colour: soft, weight: 400, size: 13, align: "center" });
    });
    const counts = A.specification.regimes.map((name, i) => [name, cells.regime.reduce((sum, regime) => sum + (regime === i), 0)]);
    A.element("job-map").setAttribute("aria-label", `Big map. ${counts.map(([name, count]) => `${name} ${Math.round((100 * count) / cells.regime.length)} %`).join(", ")}`);
  }

  /* The picture for print, drawn by the browser at twice its size. */
  async function png(event) {
    event.preventDefault();
    const source = URL.createObjectURL(await (await ask("job/map.svg")).blob()), picture = new Image();
    picture.src = source;
    await picture.decode();
    const large = Object.assign(document.createElement("canvas"), { width: 2 * picture.width, height: 2 * picture.height });
    large.getContext("2d").drawImage(picture, 0, 0, large.width, large.height);
    URL.revokeObjectURL(source);
    const file = URL.createObjectURL(await new Promise((resolve) => large.toBlob(resolve, "image/png")));
    A.make("a", { href: file, download: "adamoscope-map.png" }).click();
    setTimeout(() => URL.revokeObjectURL(file), 10_000);
  }
})();
