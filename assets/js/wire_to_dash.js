/* Dash's clientside functions: each hands a chooser's value to the page (wire_page.js). */
(() => {
  "use strict";
  const A = window.adamoscope;
  const nothing = () => window.dash_clientside.no_update;
  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    adamoscope: {
      start: (specification) => (A.start(specification), nothing()),
      objective: (name) => (A.choose.objective(name), nothing()),
      formula: (text) => (A.choose.formula(text), nothing()),
      add: (name) => (A.choose.add(name), nothing()),
      variant: (name) => (A.choose.variant(name), nothing()),
      choice: (text, id) => (A.choose.choice(id.slice(2), text), nothing()),
    },
  });
})();
