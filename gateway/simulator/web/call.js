// One call, as its phone holds it: what is heard, what the line waits for, and what the phone does about it.
//
// The company's clock stands still between what a phone does (gateway/simulator/doc.go). Where time runs on this page, the page is the
// clock: once all was heard it counts the seconds that the line waits, and then tells the company that they went by in silence. While
// somebody writes what they say into a recording no time passes, for writing is slower than speaking; only after a key was held does it.

import { callPath, post } from "./company.js";

const counted = new Set(["gather", "record", "pause"]); // waits that the page counts; ringing takes its own time
const lettersASecond = 15;

export class Call {
  lines = []; // {kind: heard or did, …} in order
  listening = null;
  ended = null;
  keys = ""; // pressed and not sent yet
  saying = { words: "", seconds: null }; // what is said into a recording or to a person, and not sent yet
  heldSince = null; // while "hold to speak" is held
  #spoke = false; // and was, in this recording
  failure = "";
  left = null; // seconds until silence is told, while they are counted
  fresh = false; // what comes now is new, and not what had been heard before the page was opened
  #last = 0;
  #early = new Map(); // events that came before one that is on its way still
  #busy = false;
  #due = 0;
  #lang = "";

  // own: this page began or answered the call, so it speaks it and counts its time. In another hand it is only shown.
  constructor({ sid, peer, rings, own, voice, settings, changed }) {
    Object.assign(this, { sid, peer, rings, own, voice, settings, changed });
  }

  get state() {
    if (this.ended) return "over";
    if (this.listening?.kind === "ring") return "ringing";
    return this.#last === 0 ? (this.rings ? "unknown" : "calling") : "talking";
  }

  // seen tells whether the call was under way while it was on this page.
  get seen() {
    return this.fresh || this.lines.some((line) => line.did);
  }

  // lose: the company knows nothing of this call any more.
  lose() {
    this.ended ??= { reason: "closed", status: "", duration: 0 };
    this.changed();
  }

  // take hears an event, of the company's stream or of what an act came to.
  take(event) {
    if (event.id > this.#last) this.#early.set(event.id, event);
    for (let next; (next = this.#early.get(this.#last + 1)); ) {
      this.#early.delete(next.id);
      this.#last = next.id;
      this.#happen(next);
    }
    this.#restart();
    this.#submit();
    this.changed();
  }

  #happen(event) {
    if (event.heard) {
      this.listening = null;
      this.#hear(event.heard);
    } else if (event.listening) {
      this.listening = event.listening;
      this.saying = { words: "", seconds: null };
      this.#spoke = false;
    } else if (event.ended) {
      this.listening = null;
      this.ended = event.ended;
      this.keys = "";
    }
  }

  #hear(heard) {
    const line = { heard };
    this.lines.push(line);
    if (heard.lang) this.#lang = heard.lang;
    if (!this.own || !this.fresh) return;
    const words = heard.kind === "play" ? heard.words : ["say", "voice"].includes(heard.kind) ? heard.text : undefined;
    const seconds = heard.kind === "beep" ? 0.5 : heard.kind === "ring" ? 1 : heard.interrupted ? 0 : heard.loop === -1 ? undefined : heard.seconds ?? 0;
    if (heard.interrupted) return;
    this.voice.add(this, { words, lang: heard.lang || this.#lang, seconds, beep: heard.kind === "beep", interruptible: heard.interruptible, line });
  }

  // press is one key, or several. The line gets them once they are enough for it.
  press(keys) {
    if (this.ended || this.state === "ringing") return;
    this.keys += keys;
    if (this.own) this.voice.cut(this);
    this.#restart();
    this.#submit();
    this.changed();
  }

  #submit() {
    const waits = this.listening;
    if (this.#busy || !waits || !this.keys) return;
    if (waits.kind === "gather" && !(waits.input ?? "dtmf").includes("dtmf")) {
      this.keys = "";
      return;
    }
    const finishes = [...this.keys].some((key) => (waits.finishOnKey ?? "").includes(key));
    const enough = waits.kind === "gather" ? finishes || (waits.numDigits > 0 && this.keys.length >= waits.numDigits) : true;
    if (enough) this.done();
  }

  // done sends the keys pressed so far.
  done() {
    const keys = this.keys;
    if (!keys) return;
    this.keys = "";
    if (this.listening?.kind === "record") {
      this.#finish(keys);
      return;
    }
    this.#note({ pressed: keys });
    this.#act("press", { keys });
  }

  // silence lets what the line waits for go by; what was said or pressed before it counts.
  silence() {
    if (!this.listening) return;
    if (this.listening.kind === "record") this.#finish("");
    else if (this.keys) this.done();
    else this.#act("silence", {});
  }

  // said tells how long the words take, where nobody has held the key or typed the seconds.
  get seconds() {
    const { words, seconds } = this.saying;
    return seconds ?? (words.trim() ? Math.max(1, Math.ceil(words.trim().length / lettersASecond)) : 0);
  }

  hold() {
    this.heldSince ??= Date.now();
    this.changed();
  }

  letGo() {
    if (this.heldSince === null) return;
    this.saying.seconds = (this.saying.seconds ?? 0) + Math.max(1, Math.round((Date.now() - this.heldSince) / 1000));
    this.heldSince = null;
    this.#spoke = true;
    this.#restart();
    this.changed();
  }

  // touched: somebody is typing what they say, so time begins anew.
  touched() {
    this.#restart();
    this.changed();
  }

  // tell says something to a person at the other end, or to a line that listens to words.
  tell() {
    const words = this.saying.words.trim();
    if (!words || !this.listening) return;
    const seconds = this.seconds;
    this.saying = { words: "", seconds: null };
    this.#note({ words, seconds });
    this.#act("speak", { seconds, words });
  }

  #finish(end) {
    this.letGo();
    const words = this.saying.words.trim();
    const seconds = this.seconds;
    this.saying = { words: "", seconds: null };
    if (words || seconds) this.#note({ words, seconds });
    if (end && end !== "hangup") this.#note({ pressed: end });
    this.#act("speak", { seconds, words, end });
  }

  // hangUp ends the call; what was said into a recording goes with it.
  hangUp() {
    if (this.ended) return;
    this.voice.cut(this, true);
    if (this.listening?.kind === "record" && !this.#busy && this.#spoken()) this.#finish("hangup");
    else this.#act("hangup", {}, true);
  }

  #spoken() {
    return this.heldSince !== null || this.seconds > 0;
  }

  answer() {
    this.own = this.fresh = true;
    this.#act("answer", {});
  }

  reject() {
    this.#act("reject", {});
  }

  #note(did) {
    this.lines.push({ did });
  }

  // #act tells the company what the phone does. What comes of it arrives here too, and the events' ids keep it from being heard twice.
  async #act(act, body, atOnce = false) {
    if (this.#busy && !atOnce) return;
    this.#busy = true;
    this.listening = null;
    this.failure = "";
    this.changed();
    try {
      const { events } = await post(callPath(this.sid, act), body);
      this.#busy = false;
      for (const event of events) this.take(event);
    } catch (error) {
      if (!this.ended) this.failure = error.message;
    }
    this.#busy = false;
    this.#submit();
    this.changed();
  }

  #restart() {
    this.#due = 0;
    this.left = null;
  }

  #timeRuns() {
    const kind = this.listening?.kind;
    if (!this.own || !this.settings.timeRuns() || this.#busy || this.voice.busy(this)) return false;
    return counted.has(kind) && (kind !== "record" || (this.#spoke && this.heldSince === null));
  }

  // tick is the clock, several times a second.
  tick(now) {
    if (this.heldSince !== null) this.changed();
    if (!this.#timeRuns()) {
      if (this.left !== null) this.changed();
      this.#restart();
      return;
    }
    this.#due ||= now + 1000 * this.listening.timeout;
    const left = Math.max(0, Math.ceil((this.#due - now) / 1000));
    if (left !== this.left) {
      this.left = left;
      this.changed();
    }
    if (now >= this.#due) {
      this.#restart();
      this.silence();
    }
  }
}
