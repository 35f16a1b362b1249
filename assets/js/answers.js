/* From answers to pictures, sentence and notices. */
(() => {
  "use strict";
  const A = (window.adamoscope ||= {});
  const ALONE = 60; // ms that limits wait for their runs
  const READ = 100; // ms between two states of a sentence
  let alone, known = ""; // the link of the runs that came last
  function draw() {
    A.plots.landscape.redrawSoon("paths", "trail", "heads");
    A.plots.curves.redrawSoon();
    A.drawView();
  }

  function showAnswer(kind) {
    return (data, question) => {
      const { x0, x1, y0, y1 } = question;
      data.window = [x0, x1, y0, y1];
      A.letFrame();
      keepAlike(data.arrays, A.shown[kind]?.arrays ?? {});
      A.shown[kind] = data;
      if (kind === "runs") known = question.link;
      tellSoon();
      showAxis();
      clearTimeout(alone);
      // limits are known sooner than the runs of the same question, which are drawn with them in one frame
      const { busy, question: awaited } = A.channels.runs;
      if (kind === "flows" && busy && awaited.link === question.link && known !== question.link) alone = setTimeout(draw, ALONE);
      else draw();
    };
  }

  /* Arrays that are those of the answer before, to the last byte, are taken from there: what was drawn of them can stay. */
  function keepAlike(arrays, before) {
    for (const [name, array] of Object.entries(arrays)) if (alike(array, before[name])) arrays[name] = before[name];
  }

  function alike(one, two) {
    if (one.byteLength !== two?.byteLength || one.byteLength % 4) return false;
    const [p, q] = [one, two].map(({ buffer, byteOffset, byteLength }) => new Uint32Array(buffer, byteOffset, byteLength / 4));
    for (let i = 0; i < p.length; i++) if (p[i] !== q[i]) return false;
    return true;
  }

  /* What is told of an answer goes with its picture, into one frame and so into one layout of the page; in the
     hand pictures follow each other faster than anybody reads: then only some and the last are told of. */
  let told = 0, telling;
  function tellSoon() {
    const wait = A.inHand ? told + READ - performance.now() : 0;
    clearTimeout(telling);
    if (wait > 0) return (telling = setTimeout(tellSoon, wait));
    told = performance.now();
    A.inFrame("told", tell);
  }

  function tell() {
    const { runs, flows } = A.shown;
    if (flows) showFlowStatus(flows);
    if (!runs) return;
    showSentence(runs);
    A.showCompared();
    A.put(A.element("curve-label"), { textContent: runs.label, title: `${runs.measured} ${A.specification.curves[A.state.curve].look}`.trim() });
  }

  /* What the edited run's flow did other than reach the end. */
  function showFlowStatus(data) {
    const { status, end_step: end } = data.flows[A.state.edit] ?? {};
    const step = Math.round(end ?? 0).toLocaleString("en");
    const said = {
      stationary: `the limit arrives at step ${step}`,
      diverged: `the limit leaves at step ${step}`,
      step_limit: `the limit is drawn to step ${step}, where its integrator gave up`,
      none: "no limit is known",
      beyond: "the limit's numbers are too large or too small to draw",
    };
    A.put(A.element("flow-status"), { textContent: A.state.flow ? (said[status] ?? "") : "" });
  }

  let sentence = "";
  function showSentence(data) {
    const limits = data.runs[A.state.edit]?.notes.join(" ") ?? "";
    if (A.element("limits").dataset.text !== limits) {
      A.element("limits").dataset.text = limits;
      putNodes(A.element("limits"), typeset(limits));
    }
    if (data.sentence === sentence) return;
    sentence = data.sentence;
    putNodes(A.element("sentence"), typeset(sentence));
    A.fitSentence();
  }

  /* New nodes in an element; those that are there already, where only their text is another, get the new text. */
  function putNodes(element, nodes) {
    const old = [...element.childNodes];
    const alike = old.length === nodes.length && old.every((node, i) => node.nodeName === nodes[i].nodeName);
    if (!alike) return element.replaceChildren(...nodes);
    old.forEach((node, i) => {
      const text = node.firstChild ?? node;
      if (text.nodeValue !== nodes[i].textContent) text.nodeValue = nodes[i].textContent;
    });
  }

  const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  function typeset(text) {
    return text.split(/([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+|[₀-₉]+)/).map((part, i) => {
      if (!(i % 2)) return document.createTextNode(part);
      const up = part[0] === "⁻" || SUPERSCRIPTS.includes(part[0]);
      const node = document.createElement(up ? "sup" : "sub");
      node.textContent = [...part].map((c) => (c === "⁻" ? "−" : up ? SUPERSCRIPTS.indexOf(c) : c.charCodeAt(0) - 0x2080)).join("");
      return node;
    });
  }

  /* The scale that is drawn: that of the answer, where a logarithm was asked for and the loss has none. */
  A.shownScale = () => {
    const asked = A.state.window === "tail" && A.state.scale === "log" ? "linear" : A.state.scale;
    return asked === "log" && A.shown.runs?.scale === "symlog" ? "symlog" : asked;
  };
  const axisType = (scale) => (scale === "log" ? "log" : "linear");

  /* The loss axis moves only when it must: a new decade, or a linear range that no longer fits. To move it takes longer
     than a picture: in the hand some of it may stand empty. */
  function showAxis() {
    const { runs, flows } = A.shown;
    if (!runs) return;
    const type = axisType(runs.scale), turned = A.plots.curves.layout.yaxis.type !== type;
    if (A.state.span) return turned && A.plots.curves.relayout({ "yaxis.type": type, "yaxis.range": A.state.span.slice(2) });
    const drawn = runs.runs.some((run) => run.lines.length) ? runs : A.state.flow && flows;
    const { span, scale } = runs, { axis } = drawn || runs;
    const [, , y0, y1] = A.plots.curves.ranges();
    const least = scale === "linear" ? 0.4 : A.inHand && scale === "log" ? 0.7 : 1;
    const fits = axis[0] >= y0 && axis[1] <= y1 && axis[1] - axis[0] > least * (y1 - y0);
    const change = turned ? { "yaxis.type": type } : {};
    if (turned || (!fits && (axis[0] !== y0 || axis[1] !== y1))) {
      change["yaxis.range"] = axis;
      if (scale === "log") Object.assign(change, decadeTicks(axis));
      if (scale === "symlog") Object.assign(change, symmetricTicks(axis, runs.small));
    }
    const [k0, k1] = A.plots.curves.ranges();
    if (k0 !== span[0] || k1 !== span[1]) change["xaxis.range"] = span;
    // Plotly moves a range in half the time if nothing else comes with it
    const { yaxis } = A.plots.curves.layout;
    for (const name of ["tickmode", "dtick"]) if (change[`yaxis.${name}`] === yaxis[name]) delete change[`yaxis.${name}`];
    if (Object.keys(change).length) A.plots.curves.relayout(change);
  }

  /* Powers of ten on both sides of 0, where the axis turns linear below `small`. */
  function symmetricTicks([low, high], small) {
    const every = decadesApart(high - low), start = Math.round(Math.log10(small)), values = [], texts = [];
    for (let d = Math.ceil(low / every) * every; d <= high; d += every) {
      values.push(d);
      texts.push(d === 0 ? "0" : `${d < 0 ? "−" : ""}10<sup>${String(start + Math.abs(d)).replace("-", "−")}</sup>`);
    }
    return { "yaxis.tickmode": "array", "yaxis.tickvals": values, "yaxis.ticktext": texts };
  }

  const decadesApart = (decades) => [1, 2, 3, 6, 12].find((step) => decades / step <= 7) ?? Math.ceil(decades / 7);

  /* Whole decades between ticks, so that about six stand on the axis. */
  function decadeTicks([low, high]) {
    return { "yaxis.tickmode": "linear", "yaxis.dtick": decadesApart(high - low) };
  }

  async function showSpan() {
    const type = axisType(A.shownScale());
    const ticks = type === "log" ? decadeTicks(A.plots.curves.ranges().slice(2)) : { "yaxis.tickmode": "auto", "yaxis.nticks": 5 };
    const change = { "yaxis.type": type, ...(A.shownScale() === "symlog" ? {} : ticks) };
    change["xaxis.title.text"] = A.state.axis === "time" ? "time t" : "step";
    if (A.state.span) {
      change["xaxis.range"] = A.state.span.slice(0, 2);
      change["yaxis.range"] = A.state.span.slice(2);
    }
    const { layout } = A.plots.curves;
    const mode = layout.yaxis.tickmode !== change["yaxis.tickmode"] || layout.xaxis.title.text !== change["xaxis.title.text"];
    if (layout.yaxis.type !== type || A.state.span || mode) await A.plots.curves.relayout(change);
  }

  function showGround(data, question) {
    data.window = [question.x0, question.x1, question.y0, question.y1].map(Number);
    data.image = A.shadeImage(data);
    A.ground = data;
    A.plots.landscape.redraw("ground");
  }

  function notice(notes) {
    const box = A.element("notice");
    box.hidden = !notes.length;
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = "×";
    close.setAttribute("aria-label", "Dismiss");
    close.addEventListener("click", () => (box.hidden = true));
    box.replaceChildren(...notes.map((note) => A.make("p", {}, ...typeset(note))), close);
  }

  Object.assign(A, { notice, showAnswer, showAxis, showGround, showSpan, typeset });
})();
