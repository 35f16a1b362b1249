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
       before, as where the server stops work that is no longer wanted. `live`: the connection knows the question. */
    constructor(path, answered, failed, { impatient = false, live = false } = {}) {
      Object.assign(this, { path, answered, failed, impatient, live, busy: false, next: null, asked: 0 });
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
      this.answer(data, question);
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
        let answer;
        try {
          answer = await A.question(this.path, question, { signal: this.stopped.signal, live: this.live });
        } catch (error) {
          if (this.stopped.signal.aborted) continue;
          if (error instanceof A.Unreachable) A.unreached(this.path, () => this.again(question));
          else this.failed(String(error.message ?? error));
          continue;
        }
        A.reached(this.path);
        if (question !== this.question) continue; // given meanwhile
        if (answer.status === 204) this.answer(null, question);
        else if (answer.status === 200) this.answer(A.unpack(answer.body, answer.from), question);
        else this.failed(message(answer));
      }
      this.busy = false;
    }

    answer(data, question) {
      try {
        Promise.resolve(this.answered(data, question)).catch(A.failedToDraw);
      } catch (error) {
        A.failedToDraw(error);
      }
    }

    /* A question that did not reach the server, unless a newer one was asked since. */
    again(question) {
      if (!this.busy && question === this.question) this.ask(question);
    }
  };

  /* An answer: its status as in HTTP, its body from a byte on, and the ms that the server took. */
  const AWAY = [502, 503, 504]; // a proxy says that the server behind it does not answer
  A.question = (path, parameters, options) => A.whileWaiting(ask(path, parameters, options));

  async function ask(path, parameters, { signal, live } = {}) {
    const fields = new URLSearchParams(parameters);
    if (live && A.connected()) {
      try {
        return await said(path, fields);
      } catch {
        /* the connection went; HTTP may still come through */
      }
    }
    let response, body;
    try {
      response = await fetch(`${A.base}data/${path}?${fields}`, { signal });
      body = await response.arrayBuffer();
    } catch (error) {
      throw error.name === "AbortError" ? error : new A.Unreachable(error.message);
    }
    if (AWAY.includes(response.status)) throw new A.Unreachable(`status ${response.status}`);
    const took = Number(/dur=([\d.]+)/.exec(response.headers.get("Server-Timing") ?? "")?.[1] ?? NaN);
    return { status: response.status, body, from: 0, took };
  }

  /* ---- the connection that a page keeps (dashboard/serving/live.py) ---- */

  const HEAD = 16; // bytes before the body of an answer: serial, status, ms
  A.patience ??= 4000; // ms for an answer; a connection can be dead without a word, as after a sleep
  let connection = null, serial = 0, pause = 1;
  const awaited = new Map();

  A.connected = () => connection !== null;

  const said = (path, fields) =>
    new Promise((resolve, reject) => {
      const number = (serial = (serial + 1) >>> 0), mine = connection;
      const late = setTimeout(() => lost(mine), A.patience);
      awaited.set(number, { resolve, reject, late });
      mine.send(`${number} ${path}?${fields}`);
    });

  function answeredWith(data) {
    const head = new DataView(data), number = head.getUint32(0, true), question = awaited.get(number);
    if (!question) return;
    awaited.delete(number);
    clearTimeout(question.late);
    question.resolve({ status: head.getUint32(4, true), took: head.getFloat64(8, true), body: data, from: HEAD });
  }

  A.connect = () => {
    if (window.origin === "null") return; // a frame without an origin: the connection is not for it
    const address = new URL(`${A.base}data/live`, window.location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const mine = new WebSocket(address);
    mine.binaryType = "arraybuffer";
    mine.addEventListener("open", () => {
      connection = mine;
      pause = 1;
    });
    mine.addEventListener("message", ({ data }) => answeredWith(data));
    mine.addEventListener("close", () => {
      if (mine === connection) lost(mine);
      else if (pause > 1) connectLater(); // where there never was one, it is a server or a proxy that has none
    });
  };

  /* Its questions are asked by HTTP, and it is opened anew. */
  function lost(mine) {
    if (mine === null || mine !== connection) return;
    connection = null;
    mine.close();
    for (const { reject, late } of awaited.values()) {
      clearTimeout(late);
      reject(new TypeError("the connection is lost"));
    }
    awaited.clear();
    connectLater();
  }

  window.addEventListener("offline", () => lost(connection));

  function connectLater() {
    setTimeout(A.connect, 1000 * pause);
    pause = Math.min(60, 2 * pause);
  }

  function message({ status, body, from }) {
    try {
      return JSON.parse(new TextDecoder().decode(new Uint8Array(body, from))).error;
    } catch {
      return `The server answered with status ${status}.`;
    }
  }

  A.askState = async (link) => {
    const answer = await A.question("state", { link });
    if (answer.status !== 200) throw new Error(message(answer));
    return JSON.parse(new TextDecoder().decode(answer.body));
  };

  /* The state on which the page opens, asked for while Dash is still on its way. */
  A.opening = A.askState(A.addressLink());
  A.opening.catch(() => {}); // whoever waits for it says so
})();
