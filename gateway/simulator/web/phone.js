// One phone: its texts, its call, and what is being written on it. It knows the company, and nothing of how it looks.

import { Call } from "./call.js";
import { phonePath, post } from "./company.js";

export const withheld = "anonymous"; // how the phones' API names a caller who hides their number

const biggestPicture = 5 << 20;

export class Phone {
  texts = []; // {text, out, fate} or {call} or {missed}, in order
  draft = "";
  picture = null; // {name, contentType, data}
  call = null;
  failure = "";
  sending = 0;
  #bySid = new Map();

  // heard(what) tells the page what arrives unasked; changed() that the phone looks different.
  // call is the one that this page held before it was loaded again.
  constructor({ number, call, company, voice, settings, changed, heard }) {
    Object.assign(this, { number, company, voice, settings, changed, heard });
    this.ownCalls = new Set(call ? [call.sid] : []);
    this.caughtUp = false; // what was on the phone before the page was opened has come
    if (!this.hidden) {
      company.phone(number, (entry, { now }) => {
        if (now) this.caughtUp = true;
        else this.#enter(entry);
      });
    }
    if (this.hidden && call) this.#hold(call); // no diary tells of it
  }

  get hidden() {
    return this.number === withheld;
  }

  // shown is the call on the screen: not one that was over before anybody saw it here.
  get shown() {
    const call = this.call;
    return call && call.state !== "unknown" && (!call.ended || call.seen) ? call : null;
  }

  // kept is the call that is to be taken up when the page is loaded again.
  get kept() {
    const call = this.call;
    if (!call || call.ended || !call.own) return null;
    const [from, to] = call.rings ? [call.peer, this.number] : [this.number, call.peer];
    return { sid: call.sid, from, to, rings: call.rings };
  }

  #enter(entry) {
    if (entry.sent) this.#put(entry.sent.sid, { text: entry.sent, out: true });
    if (entry.received) {
      this.#put(entry.received.sid, { text: entry.received, out: false });
      if (this.caughtUp) this.heard({ text: entry.received });
    }
    if (entry.fate) this.#fate(entry.fate, entry.at);
    if (entry.call) {
      this.texts.push({ call: entry.call, at: entry.at });
      this.#hold(entry.call);
    }
    this.changed();
  }

  #put(sid, item) {
    if (this.#bySid.has(sid)) return;
    this.#bySid.set(sid, item);
    this.texts.push(item);
  }

  #fate(fate, at) {
    if (this.caughtUp && fate.status !== "taken") this.heard({ lost: fate });
    const sent = this.#bySid.get(fate.sid);
    if (sent) sent.fate = fate;
    else this.texts.push({ missed: fate, at });
  }

  // #hold takes up a call: one that begins now, or the newest that the phone had before the page was opened.
  #hold({ sid, from, to, rings }) {
    if (this.call?.sid === sid) return;
    this.#release();
    const call = new Call({
      sid, peer: rings ? from : to, rings, own: this.ownCalls.has(sid), voice: this.voice, settings: this.settings,
      changed: () => this.changed(),
    });
    if (this.began) { // this page dialled, and the company tells of it before it answers
      call.own = call.fresh = true;
      this.ownCalls.add(sid);
    }
    this.call = call;
    let rung = false;
    this.company.call(sid, (event, { now, unknown }) => {
      if (call !== this.call) return;
      if (event) call.take(event);
      else if (unknown) call.lose();
      if (now && !call.ended) call.fresh = true; // what comes from here on happens while somebody is here
      if (call.state === "ringing" && !rung) {
        rung = true;
        this.heard({ ring: call });
      }
      if (!call.ended) return;
      this.company.leave("call", sid);
      // One that was over before anybody saw it here is no more than a line among the texts, and so is one that stopped ringing.
      if (!call.seen || (call.rings && call.lines.length === 0)) this.back();
    });
  }

  #release() {
    if (!this.call) return;
    this.voice.cut(this.call, true);
    this.company.leave("call", this.call.sid);
    this.call = null;
  }

  // back puts a call that is over away.
  back() {
    if (this.call && !this.call.ended) return;
    this.#release();
    this.changed();
  }

  async send(to) {
    const body = this.draft.trim();
    const picture = this.picture;
    if ((!body && !picture) || this.hidden || this.call) return;
    this.draft = "";
    this.picture = null;
    this.failure = "";
    this.sending++;
    this.changed();
    try {
      const media = picture ? [{ contentType: picture.contentType, data: picture.data }] : [];
      await post(phonePath(this.number, "texts"), { to, body, media });
    } catch (error) { // the words come back to be sent again
      this.draft ||= body;
      this.picture ??= picture;
      this.failure = error.message;
    }
    this.sending--;
    this.changed();
  }

  // attach takes a picture to send with the next text; false: it is too big.
  async attach(file) {
    if (file.size > biggestPicture) return false;
    const url = await new Promise((resolve, reject) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result);
      reader.onerror = () => reject(reader.error);
      reader.readAsDataURL(file);
    });
    this.picture = { name: file.name, contentType: file.type || "application/octet-stream", data: url.slice(url.indexOf(",") + 1) };
    this.changed();
    return true;
  }

  async dial(to) {
    if (this.call || this.began) return;
    this.began = to;
    this.failure = "";
    this.changed();
    try {
      const { sid, events } = await post(phonePath(this.number, "calls"), { to });
      this.#hold({ sid, from: this.number, to });
      for (const event of events) this.call?.sid === sid && this.call.take(event);
    } catch (error) {
      this.failure = error.message;
    }
    this.began = null;
    this.changed();
  }

  answer() {
    if (this.call?.state !== "ringing") return;
    this.ownCalls.add(this.call.sid);
    this.call.answer();
  }

  // close: the phone is put away. A call on it is hung up, as with any phone that is switched off.
  close() {
    if (this.call && !this.call.ended && this.call.state !== "ringing") this.call.hangUp();
    this.#release();
    if (!this.hidden) this.company.leave("phone", this.number);
  }

  tick(now) {
    this.call?.tick(now);
  }
}
