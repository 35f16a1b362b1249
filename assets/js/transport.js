/* From question to arrays: one request in flight per channel, the newest question next. */
(() => {
  "use strict";
  const A = (window.adamoscope ||= {});
  const views = { float32: Float32Array, float64: Float64Array, uint8: Uint8Array, int8: Int8Array, uint32: Uint32Array };

  A.unpack = (buffer) => {
    const length = new DataView(buffer).getUint32(0, true);
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
    const arrays = {};
    for (const [name, [type, offset, shape]] of Object.entries(header.arrays)) {
      arrays[name] = new views[type](buffer, 4 + length + offset, shape.reduce((n, m) => n * m, 1));
      arrays[name].shape = shape;
    }
    return { ...header, arrays };
  };

  A.Channel = class {
    /* answered(data, question) is called for every answer; overtaken(question) where one has to wait its turn. */
    constructor(path, answered, failed, overtaken) {
      Object.assign(this, { path, answered, failed, overtaken, busy: false, next: null, asked: 0 });
    }

    ask(parameters) {
      this.next = parameters;
      if (this.busy) this.overtaken?.(parameters);
      else this.run();
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
        try {
          const response = await fetch(`${A.base}data/${this.path}?${new URLSearchParams(question)}`);
          if (response.status === 204) this.answered(null, question);
          else if (!response.ok) this.failed(await message(response));
          else this.answered(A.unpack(await response.arrayBuffer()), question);
        } catch (error) {
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
