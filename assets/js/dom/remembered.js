/* What the browser remembers between visits, where it remembers anything: with storage blocked, as in a frame of another
   site, every access throws. */

/* Dash looks for a token among the cookies; where a frame may not read them there are none. */
try {
  void document.cookie;
} catch {
  Object.defineProperty(document, "cookie", { value: "", writable: true });
}

const NAME = (name) => `adamoscope-${name}`;

export const remembered = (name) => {
  try {
    return localStorage.getItem(NAME(name));
  } catch {
    return null;
  }
};

export const remember = (name, value) => {
  try {
    localStorage.setItem(NAME(name), value);
  } catch {
    /* then it holds for this visit */
  }
};
