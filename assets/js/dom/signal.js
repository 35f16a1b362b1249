/* Something that happens, and who wants to know: the module that owns it does not import them. */

export function signal() {
  const heard = new Set();
  return {
    /* Call `act` from now on, in the order in which they came. */
    on: (act) => void heard.add(act),
    emit: (...what) => heard.forEach((act) => act(...what)),
  };
}
