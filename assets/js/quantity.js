/* The component adamoscope.Quantity: a slider and a number field that own one value.
   Every move goes straight to adamoscope.moved; Dash hears of it on release. */
(() => {
  "use strict";
  const A = (window.adamoscope ||= {});
  A.quantities = {};
  const RESTS = 200; // ms after the release until Dash hears of it, which takes it longer than a move

  const scales = {
    log: { to: (v) => Math.log10(Math.max(v, 1e-300)), from: (s) => significant(10 ** s) },
    linear: { to: (v) => v, from: (s) => significant(s) },
    complement: { to: (v) => -Math.log10(Math.max(1 - v, 1e-16)), from: (s) => significant(1 - significant(10 ** -s), 12) },
  };

  function significant(value, digits = 3) {
    return Number(value.toPrecision(digits));
  }

  A.numberText = (value) => {
    if (!Number.isFinite(value)) return String(value);
    const size = Math.abs(value);
    if (size !== 0 && (size < 1e-4 || size >= 1e7)) return value.toExponential().replace(/(\.\d{5})\d+/, "$1").replace("e+", "e");
    return String(Number(value.toPrecision(size > 0.9 && size < 1 ? 10 : 7)));
  };

  /* "β₁" reads well aloud; on paper it is an upright letter with a small subscript. */
  A.typeset = (text) => {
    const h = window.React.createElement;
    const parts = text.split(/([₀-₉]+)/);
    return parts.map((part, i) =>
      i % 2 ? h("sub", { key: i }, [...part].map((c) => c.charCodeAt(0) - 0x2080).join("")) : part,
    );
  };

  function Quantity({ id, label, value, low, high, scale, unit, hint, setProps }) {
    const { createElement: h, useState, useEffect, useRef } = window.React;
    const [shown, setShown] = useState(value);
    const [text, setText] = useState(A.numberText(value));
    const [ends, setEnds] = useState([low, high]);
    const latest = useRef(value);
    const slider = useRef(null);
    const { to, from } = scales[scale];

    const show = (v) => {
      latest.current = v;
      setShown(v);
      setText(A.numberText(v));
    };
    useEffect(() => {
      A.quantities[id] = { show, setEnds: (a, b) => setEnds([a, b]), value: () => latest.current };
      A.onQuantity?.(id);
      // React's onChange on a range is the DOM's "input"; the release is the DOM's "change", or of a key its own: held
      // down it changes the value again and again
      let keyed = false, changed = false, telling;
      const release = () => {
        changed = keyed;
        if (keyed) return;
        clearTimeout(telling);
        telling = setTimeout(() => setProps({ value: latest.current }), RESTS);
        A.moved(id, latest.current, true);
      };
      const keydown = () => (keyed = true);
      const keyup = () => {
        keyed = false;
        if (changed) release();
      };
      // a finger that scrolls the page has touched the slider on its way: the browser cancels it, and it has not meant it
      let before = value;
      const pressed = () => (before = latest.current);
      const cancelled = () => {
        show(before);
        A.moved(id, before, true);
      };
      const element = slider.current, heard = { change: release, keydown, keyup, blur: keyup, pointerdown: pressed, pointercancel: cancelled };
      for (const [type, act] of Object.entries(heard)) element.addEventListener(type, act);
      return () => Object.entries(heard).forEach(([type, act]) => element.removeEventListener(type, act));
    }, []);
    const slid = (event) => {
      let v = from(event.target.valueAsNumber);
      if (unit) v = Math.max(unit, Math.round(v / unit) * unit);
      show(v);
      A.moved(id, v, false);
    };
    const typed = () => {
      if (text.trim() === A.numberText(latest.current)) return;
      const v = Number(text);
      if (Number.isFinite(v) && text.trim() !== "") {
        latest.current = v;
        setProps({ value: v });
      } else {
        setText(A.numberText(latest.current));
      }
      A.typed(id, text.trim());
    };
    const [s0, s1] = [to(ends[0]), to(ends[1])];
    const position = Math.min(s1, Math.max(s0, to(shown)));
    return h(
      // a form of its own: after every move the browser's autofill looks at all fields of the field's form, or, where it
      // has none, at those of the whole page, laying it out for each
      "form",
      { id, className: "quantity", title: hint || undefined, autoComplete: "off", onSubmit: (event) => event.preventDefault() },
      h("span", { className: "quantity-label", "aria-hidden": true }, A.typeset(label)),
      h("input", {
        ref: slider, type: "range", min: s0, max: s1, step: (s1 - s0) / 400, value: position,
        "aria-label": label, "aria-valuetext": A.numberText(shown), onChange: slid,
        style: { "--share": `${(100 * (position - s0)) / (s1 - s0 || 1)}%` },
      }),
      h("input", {
        type: "text", inputMode: "decimal", value: text, "aria-label": `${label}, number`, spellCheck: false,
        onChange: (event) => setText(event.target.value), onBlur: typed,
        onKeyDown: (event) => event.key === "Enter" && typed(),
      }),
    );
  }
  A.Quantity = Quantity;
})();
