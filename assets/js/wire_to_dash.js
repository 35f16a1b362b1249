/* Dash's clientside functions: each hands a chooser's value to the page (wire_page.js). */
(() => {
  "use strict";
  const A = window.adamoscope;
  const nothing = () => window.dash_clientside.no_update;
  const heard = (id, value, act) => {
    A.heardFromDash(id, value);
    act();
    return nothing();
  };
  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    adamoscope: {
      start: (specification) => (A.start(specification), nothing()),
      objective: (name) => heard("objective", name, () => A.choose.objective(name)),
      formula: (text) => heard("formula", text, () => A.choose.formula(text)),
      add: (name) => heard("add-run", name, () => A.choose.add(name)),
      variant: (name) => heard("variant", name, () => A.choose.variant(name)),
      choice: (text, id) => heard(id, text, () => A.choose.choice(id.slice(2), text)),
    },
  });
})();
