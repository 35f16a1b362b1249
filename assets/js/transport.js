/* From question to arrays: one request in flight per channel, the newest question next. */
(() => {
  "use strict";
  const A = (window.adamoscope ||= {});
  const views = { float32: Float32Array, float64: Float64Array, uint8: Uint8Array, int8: Int8Array, uint16: Uint16Array, uint32: Uint32Array };

  /* What the server packed, from a byte on; `following` is what comes after it in the same answer, if anything does. */
  A.unpack = (buffer, from = 0) => {
    const length = new DataView(buffer).getUint32(from, true), first = from + 4 + length;
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, from + 4, length)));
    const arrays = {};
    let end = first;
    for (const [name, [type, offset, shape]] of Object.entries(header.arrays)) {
      const array = (arrays[name] = new views[type](buffer, first + offset, shape.reduce((n, m) => n * m, 1)));
      array.shape = shape;
      end = Math.max(end, first + offset + 8 * Math.ceil(array.byteLength / 8));
    }
    return { ...header, arrays, following: end < buffer.byteLength ? A.unpack(buffer, end) : null };
  };

  A.Channel = class {
    /* answered(data, question) is called for every answer. `impatient`: who asks anew does not wait for the answer
       before, as where the server stops work that is no longer wanted. */
    constructor(path, answered, failed, { impatient = false } = {}) {
      Object.assign(this, { path, answered, failed, impatient, busy: false, next: null, asked: 0 });
    }

    ask(parameters) {
      this.next = parameters;
      if (!this.busy) this.run();
      else if (this.impatient) this.stopped.abort();
    }

    /* An answer that came with another channel's, to a question as new as any: what is under way is no longer wanted. */
    given(data, question) {
      this.next = null;
      this.question = question;
      this.answered(data, question);
    }

    drop() {
      this.next = null;
    }

    async run() {
      this.busy = true;
      while (this.next) {
        const question = (this.question = this.next);
        this.next = null;
        this.asked += 1;
        this.stopped = new AbortController();
        try {
          const response = await fetch(`${A.base}data/${this.path}?${new URLSearchParams(question)}`, { signal: this.stopped.signal });
          const body = response.ok && response.status !== 204 ? await response.arrayBuffer() : null;
          if (question !== this.question) continue; // given meanwhile
          if (response.status === 204) this.answered(null, question);
          else if (!body) this.failed(await message(response));
          else this.answered(A.unpack(body), question);
        } catch (error) {
          if (this.stopped.signal.aborted) continue;
          this.failed(error instanceof TypeError ? "The server does not answer; trying again with the next change." : String(error));
        }
      }
      this.busy = false;
    }
  };

  async function message(response) {
    try {
      return (await response.json()).error;
    } catch {
      return `The server answered with status ${response.status}.`;
    }
  }

  A.askState = async (link) => {
    const response = await fetch(`${A.base}data/state?${new URLSearchParams({ link })}`);
    if (!response.ok) throw new Error(await message(response));
    return response.json();
  };

  /* The state on which the page opens, asked for while Dash is still on its way. */
  A.opening = A.askState(window.location.search.slice(1));
  A.opening.catch(() => {}); // whoever waits for it says so
})();
