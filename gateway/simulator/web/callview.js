// A call, as it stands on a phone's screen: what was heard, what the line waits for, and a place to say something.

import { el, follow, put, show } from "./dom.js";
import { nameOf, t } from "./words.js";

const endings = {
  caller: "endedCaller", line: "endedLine", rest: "endedLine", peer: "endedPeer", rejected: "endedRejected", "no-answer": "endedNoAnswer",
  failed: "endedFailed", closed: "endedClosed",
};

export class CallView {
  #call = null;
  #rows = [];
  #first = 0; // the row with which the newest stretch of the call begins
  #speaking = null;

  constructor(id) {
    this.title = el("h2", {});
    this.list = el("ol", { class: "heard" });
    this.log = el("div", { class: "words", role: "log", tabindex: "0", "aria-label": t("words") }, this.list);
    this.waits = el("p", { class: "waits", role: "status" });
    this.left = el("p", { class: "left", "aria-hidden": "true" }); // changes every second: not to be read aloud
    this.typed = el("p", { class: "typed" });
    this.unspoken = el("p", { class: "unspoken" });
    this.words = el("textarea", { id: `${id}-say`, rows: "2", maxlength: "1600", oninput: () => this.#typing() });
    this.long = el("input", { id: `${id}-long`, type: "number", min: "0", max: "600", inputmode: "numeric", oninput: () => this.#typing(true) });
    this.hold = this.#holdButton();
    this.sayIt = el("button", { type: "button", class: "small", onclick: () => this.#call?.tell() }, t("sayIt"));
    this.longLabel = el("label", { class: "long" }, t("sayLong"), this.long);
    this.say = el("div", { class: "say" },
      el("label", { for: `${id}-say` }, t("sayWhat")), this.words,
      el("div", { class: "row" }, this.longLabel, this.hold, this.sayIt));
    this.node = el("div", { class: "call" },
      el("div", { class: "head" }, this.title, this.left), this.log, this.waits, this.unspoken, this.typed, this.say);
  }

  #holdButton() {
    const down = () => this.#call?.hold();
    const up = () => this.#call?.letGo();
    const spaceOrEnter = (event) => event.key === " " || event.key === "Enter";
    return el("button", {
      type: "button", class: "small",
      onpointerdown: (event) => { event.target.setPointerCapture(event.pointerId); down(); },
      onpointerup: up, onpointercancel: up, onblur: up,
      onkeydown: (event) => { if (spaceOrEnter(event)) { event.preventDefault(); down(); } },
      onkeyup: (event) => { if (spaceOrEnter(event)) { event.preventDefault(); up(); } },
      oncontextmenu: (event) => event.preventDefault(), // a long press on a touch screen
    }, t("hold"));
  }

  #typing(seconds = false) {
    if (!this.#call) return;
    this.#call.saying.words = this.words.value;
    if (seconds) this.#call.saying.seconds = this.long.value === "" ? null : Math.max(0, Math.trunc(Number(this.long.value)));
    this.#call.touched();
  }

  update(call, dialled, missing) {
    if (call !== this.#call) {
      this.#call = call;
      this.#rows = [];
      this.#first = 0;
      this.list.replaceChildren();
    }
    put(this.title, title(call, dialled));
    const lines = call?.lines ?? [];
    const before = this.#rows.length;
    lines.forEach((line, i) => (this.#rows[i] ??= this.#row(line)));
    const speaking = call?.own ? call.voice.speaking(call) : null;
    lines.forEach((line, i) => this.#rows[i].classList.toggle("now", line === speaking));
    put(this.waits, call ? waiting(call) : "");
    put(this.unspoken, missing ? t("unspoken", { lang: nameOf(missing) }) : "");
    show(this.unspoken, Boolean(missing));
    put(this.left, call?.left != null ? t("seconds", { n: call.left }) : "");
    put(this.typed, call?.keys ? t("typed", { keys: call.keys }) : "");
    show(this.typed, Boolean(call?.keys));
    const said = !this.say.hidden;
    this.#updateSay(call);
    this.#follow(lines, before, speaking, said !== !this.say.hidden);
  }

  // #follow keeps in sight what is heard now, else the newest stretch of the call.
  #follow(lines, before, speaking, resized) {
    if (!this.#call?.fresh) this.#first = Math.max(0, lines.length - 1); // what was heard before the page was opened
    else if (lines.length > before && (before === 0 || lines[before].did || !lines[before - 1].heard)) this.#first = before;
    if (lines.length > before || resized) {
      if (this.#rows.length > 0) follow(this.log, this.#rows[resized ? this.#rows.length - 1 : this.#first]);
    }
    if (speaking && speaking !== this.#speaking) {
      const row = this.#rows[lines.indexOf(speaking)];
      const top = row.offsetTop - this.log.offsetTop;
      const seen = top >= this.log.scrollTop && top + row.offsetHeight <= this.log.scrollTop + this.log.clientHeight;
      if (!seen) follow(this.log, row);
    }
    this.#speaking = speaking;
  }

  #updateSay(call) {
    const waits = call?.listening;
    const records = waits?.kind === "record";
    const talks = waits?.kind === "talk" || (waits?.kind === "gather" && (waits.input ?? "").includes("speech"));
    show(this.say, Boolean(records || talks));
    if (!records && !talks) return;
    show(this.hold, records);
    show(this.longLabel, records);
    show(this.sayIt, !records);
    if (this.words.value !== call.saying.words) this.words.value = call.saying.words;
    if (document.activeElement !== this.long || call.saying.seconds === null) {
      const seconds = call.seconds ? String(call.seconds) : "";
      if (document.activeElement !== this.long && this.long.value !== seconds) this.long.value = seconds;
    }
    const held = call.heldSince === null ? null : Math.round((Date.now() - call.heldSince) / 1000);
    put(this.hold, held === null ? t("hold") : t("holding", { n: held }));
  }

  #row(line) {
    const [kind, words] = line.did ? ["did", did(line.did)] : [line.heard.kind, heard(line.heard)];
    const row = el("li", { class: kind, lang: line.heard?.lang, dir: "auto" }, words);
    this.list.append(row);
    return row;
  }
}

function title(call, dialled) {
  if (!call) return dialled ? t("calling", { line: dialled }) : "";
  return t({ ringing: "rings", over: "over", talking: "onCall", calling: "calling", unknown: "calling" }[call.state], { line: call.peer });
}

// heard is a sound, in words.
function heard(sound) {
  switch (sound.kind) {
    case "say": return sound.interrupted ? `${sound.text} ${t("cutOff")}` : sound.text;
    case "play": return sound.words ? t("recorded", { words: sound.words }) : t("plays");
    case "pause": return t("pause", { n: sound.seconds ?? 0 });
    case "beep": return t("beep");
    case "tone": return { busy: t("toneBusy"), "not in service": t("toneOut") }[sound.text] ?? t("tone", { keys: sound.text });
    case "ring": return t("otherRings");
    case "voice": return t("person", { words: sound.text });
  }
  return sound.text ?? sound.kind;
}

function did({ pressed, words, seconds }) {
  if (pressed) return t("pressed", { keys: pressed });
  return words ? t("spoke", { words }) : t("spokeLong", { n: seconds });
}

// waiting is what the line waits for, or how the call ended.
function waiting(call) {
  if (call.failure) return call.failure;
  if (call.ended) return t("endedAfter", { how: t(endings[call.ended.reason] ?? "endedLine"), n: call.ended.duration });
  const waits = call.listening;
  switch (waits?.kind) {
    case "gather":
      if (!(waits.input ?? "dtmf").includes("dtmf") || (waits.input ?? "").includes("speech")) return t("waitSpeech");
      if (waits.numDigits === 1) return t("waitKeys");
      return waits.finishOnKey && !waits.numDigits ? t("waitFinish", { key: waits.finishOnKey }) : t("waitMore");
    case "record": return t("waitRecord", { n: waits.maxLength });
    case "dial": return t("waitDial");
    case "talk": return t("waitTalk");
    case "pause": return t("waitPause");
    case "hold": return t("waitHold");
    case "ring": return "";
  }
  return t("waitLine");
}
