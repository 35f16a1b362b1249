/* The address bar: what it holds, and how it follows the state where a browser refuses to write it. */
(() => {
  "use strict";
  const A = (window.adamoscope ||= {});
  const APART = 320; // ms between two entries: Safari takes 100 in 30 s, and refuses every further one
  const PATIENCE = [1000, 30000]; // ms until a refused entry is tried again, at first and at most

  /* The link in the address. The hash belongs to it: "&#38;", as HTML may write "&", splits it in the middle. */
  A.addressLink = () => window.location.search.slice(1) + window.location.hash;

  const addressOf = (link) => `${window.location.pathname}${link ? `?${link}` : ""}`;

  /* Whether the browser has gone to a place on the page only, as by a link "#…": that is no other state, and the address
     may be behind the one that is shown. */
  let at = null;
  const here = () => ({ search: window.location.search, hash: window.location.hash });
  A.onlyPlaceMoved = () => {
    const { search, hash } = at ?? here();
    at = here();
    return at.search === search && at.hash !== hash;
  };

  let due = null, timer, written = -Infinity, wait = PATIENCE[0];

  /* Writes a link into the address: now, or as soon as the browser lets it, the latest only. What the page shows does not
     depend on it. `push`: as a new entry, to come back from. */
  A.writeAddress = (link, push = false) => {
    due = { link, push: push || Boolean(due?.push) };
    A.shareable = { link, version: A.version };
    const early = written + APART - performance.now();
    clearTimeout(timer);
    if (early > 0 && !due.push) timer = setTimeout(write, early);
    else write();
  };

  /* The browser has gone to another entry: what was due for the one before is not for this one. */
  A.forgetAddress = () => {
    clearTimeout(timer);
    due = null;
  };

  function write() {
    const { link, push } = due;
    try {
      window.history[push ? "pushState" : "replaceState"](null, "", addressOf(link));
      due = null;
      at = here();
      written = performance.now();
      wait = PATIENCE[0];
    } catch {
      timer = setTimeout(write, wait);
      wait = Math.min(PATIENCE[1], 2 * wait);
    }
  }

  /* The whole address of what is shown now, also where the address bar is behind: in the server's short form where that
     is known. */
  A.shareAddress = () => {
    const link = A.shareable?.version === A.version ? A.shareable.link : A.link();
    return new URL(addressOf(link), window.location.href).href;
  };
})();
