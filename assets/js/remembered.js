/* What the browser remembers between visits, where it remembers anything: with storage blocked, as in a frame of another
   site, every access throws. */
(() => {
  "use strict";
  const A = (window.adamoscope ||= {});

  /* Dash looks for a token among the cookies; where a frame may not read them there are none. */
  try {
    void document.cookie;
  } catch {
    Object.defineProperty(document, "cookie", { value: "", writable: true });
  }

  const NAME = (name) => `adamoscope-${name}`;

  A.remembered = (name) => {
    try {
      return window.localStorage.getItem(NAME(name));
    } catch {
      return null;
    }
  };

  A.remember = (name, value) => {
    try {
      window.localStorage.setItem(NAME(name), value);
    } catch {
      /* then it holds for this visit */
    }
  };
})();
