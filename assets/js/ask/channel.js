/* From question to arrays: one request in flight per channel, the newest question next. An answer comes with its question,
   and with what the page meant by it. */

import { unpack } from "./packing.js";
import { Unreachable, failedToDraw, reached, unreached } from "./reach.js";
import { askServer, message } from "./transport.js";

export class Channel {
  /* answered(data, question, about) is called for every answer, failed(sentence, path) for one that refuses the
     question, and with an empty sentence once another is answered. `impatient`: who asks anew does not wait for the answer
     before, as where the server stops work that is no longer wanted. `live`: the connection knows the question. */
  constructor(path, answered, failed, { impatient = false, live = false } = {}) {
    this.path = path;
    this.answered = answered;
    this.failed = failed;
    this.impatient = impatient;
    this.live = live;
    this.busy = false;
    this.next = null;
    this.about = new WeakMap(); // by question
    this.refused = false; // the last question
    this.asked = 0; // questions that went out
  }

  /* `about`: what the answer will be drawn as, if the fields do not say it; it is not sent. */
  ask(parameters, about = null) {
    this.next = parameters;
    this.about.set(parameters, about);
    if (!this.busy) this.run();
    else if (this.impatient) this.stopped.abort();
  }

  /* An answer that came with another channel's, to a question as new as any: what is under way is no longer wanted. */
  given(data, question) {
    this.next = null;
    this.question = question;
    this.answer(data, question);
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
        answer = await askServer(this.path, question, { signal: this.stopped.signal, live: this.live });
      } catch (error) {
        if (this.stopped.signal.aborted) continue;
        if (error instanceof Unreachable) unreached(this.path, () => this.again(question));
        else this.refuse(String(error.message ?? error));
        continue;
      }
      reached(this.path);
      if (question !== this.question) continue; // given meanwhile
      if (answer.status === 204) this.answer(null, question);
      else if (answer.status === 200) this.answer(unpack(answer.body, answer.from), question);
      else this.refuse(message(answer));
    }
    this.busy = false;
  }

  refuse(sentence) {
    this.refused = true;
    this.failed(sentence, this.path);
  }

  answer(data, question) {
    if (this.refused) this.failed("", this.path);
    this.refused = false;
    try {
      Promise.resolve(this.answered(data, question, this.about.get(question))).catch(failedToDraw);
    } catch (error) {
      failedToDraw(error);
    }
  }

  /* A question that did not reach the server, unless a newer one was asked since. */
  again(question) {
    if (!this.busy && question === this.question) this.ask(question, this.about.get(question));
  }
}
