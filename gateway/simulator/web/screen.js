// How a phone looks: a screen with two soft keys under it, the call and hang-up keys, and a keypad.

import { CallView } from "./callview.js";
import { el, put, show } from "./dom.js";
import { Thread } from "./thread.js";
import { t } from "./words.js";

const keys = [
  ["1", ""], ["2", "abc"], ["3", "def"], ["4", "ghi"], ["5", "jkl"], ["6", "mno"], ["7", "pqrs"], ["8", "tuv"], ["9", "wxyz"], ["*", ""], ["0", "+"], ["#", ""],
];
const columns = 3;
const moves = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns };

export class Screen {
  // who is how the phone is called; line() the number that it texts and calls; chooser what stands above it.
  constructor({ phone, id, who, line, missing, chooser }) {
    Object.assign(this, { phone, id, who, line, missing });
    this.thread = new Thread();
    this.call = new CallView(id);
    this.#buildCompose();
    this.failure = el("p", { class: "failure", role: "alert" });
    this.left = this.#soft("left");
    this.right = this.#soft("right");
    this.green = el("button", { type: "button", class: "green", onclick: () => this.#greenKey() }, receiver("up"));
    this.red = el("button", { type: "button", class: "red", onclick: () => this.#redKey() }, receiver("down"));
    this.screen = el("div", { class: "screen", tabindex: "-1" }, this.thread.node, this.call.node, this.compose, this.failure, el("div", { class: "soft" }, this.left, this.right));
    const body = el("div", { class: "body-of-phone" }, el("div", { class: "ear", "aria-hidden": "true" }), this.screen,
      el("div", { class: "receivers" }, this.green, this.red), this.#keypad());
    this.node = el("section", { class: "phone", "aria-label": t("phoneOf", { who }), onkeydown: (event) => this.#typed(event) }, chooser, body);
  }

  #buildCompose() {
    const { phone, id } = this;
    this.draft = el("textarea", {
      id: `${id}-draft`, rows: "2", maxlength: "1600",
      oninput: () => (phone.draft = this.draft.value),
      onkeydown: (event) => {
        if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
        event.preventDefault();
        this.#send();
      },
    });
    this.draftLabel = el("label", { class: "unseen", for: `${id}-draft` });
    this.file = el("input", { type: "file", accept: "image/*", hidden: true, "aria-hidden": "true", onchange: () => this.#attach() });
    this.pictureName = el("span", {});
    this.picture = el("p", { class: "picture" }, this.pictureName, el("button", {
      type: "button", class: "small",
      onclick: () => { phone.picture = null; this.draft.focus(); phone.changed(); },
    }, t("dropPicture")));
    this.compose = el("div", { class: "compose" }, this.picture, this.draftLabel, this.draft, this.file);
  }

  #soft(side) {
    return el("button", { type: "button", class: side, onclick: () => this[`${side}Does`]?.() });
  }

  // The keypad is one stop for Tab; the arrows move on it.
  #keypad() {
    this.keys = keys.map(([key, letters], i) => el("button", {
      type: "button", class: "key", tabindex: i === 0 ? "0" : "-1", "data-key": key,
      "aria-label": { "*": t("star"), "#": t("pound") }[key] ?? key,
      onclick: () => this.#press(key), onfocus: () => this.#rove(i),
    }, el("span", { class: "digit" }, key), el("span", { class: "letters" }, letters)));
    return el("div", {
      class: "keypad", role: "group", "aria-label": t("keypad", { who: this.who }),
      onkeydown: (event) => {
        const to = this.keys.indexOf(document.activeElement) + (moves[event.key] ?? NaN);
        if (!this.keys[to]) return;
        event.preventDefault();
        this.keys[to].focus();
      },
    }, ...this.keys);
  }

  #rove(i) {
    this.keys.forEach((key, j) => key.setAttribute("tabindex", i === j ? "0" : "-1"));
  }

  // #typed: 0 to 9, * and # on the keyboard are the phone's keys, wherever the focus is on it, but where something is written.
  #typed(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.matches("input, textarea, select")) return;
    const key = this.keys.find((k) => k.dataset.key === event.key);
    if (!key) return;
    event.preventDefault();
    this.#press(event.key);
    key.classList.add("pressed");
    setTimeout(() => key.classList.remove("pressed"), 150);
  }

  #press(key) {
    const call = this.phone.shown;
    if (call && !call.ended) call.press(key);
    else if (!call && !this.phone.hidden) {
      this.phone.draft += key;
      this.phone.changed();
    }
  }

  #send() {
    this.phone.send(this.line());
  }

  async #attach() {
    const [file] = this.file.files;
    this.file.value = "";
    if (!file) return;
    this.phone.failure = (await this.phone.attach(file)) ? "" : t("pictureTooBig");
    this.draft.focus();
    this.phone.changed();
  }

  #greenKey() {
    const call = this.phone.shown;
    if (!call) this.phone.dial(this.line());
    else if (call.state === "ringing") this.phone.answer();
    else if (call.ended) {
      this.phone.back();
      this.phone.dial(this.line());
    }
  }

  #redKey() {
    const call = this.phone.shown;
    if (!call) return;
    if (call.state === "ringing") call.reject();
    else if (call.ended) this.phone.back();
    else call.hangUp();
  }

  update() {
    const { phone } = this;
    const call = phone.shown;
    const calling = Boolean(call || phone.began);
    const focused = this.node.contains(document.activeElement) ? document.activeElement : null;
    show(this.thread.node, !calling);
    show(this.compose, !calling && !phone.hidden);
    show(this.call.node, calling);
    this.thread.update(phone);
    if (calling !== this.calling && !calling) this.thread.end();
    this.calling = calling;
    this.call.update(call, phone.began, call?.own ? this.missing(call) : "");
    put(this.draftLabel, t("write", { line: this.line() }));
    this.draft.placeholder = t("write", { line: this.line() });
    if (this.draft.value !== phone.draft) this.draft.value = phone.draft;
    show(this.picture, Boolean(phone.picture));
    put(this.pictureName, phone.picture ? t("withPicture", { name: phone.picture.name }) : "");
    put(this.failure, phone.failure);
    show(this.failure, Boolean(phone.failure));
    this.#softKeys(call, calling);
    this.node.classList.toggle("ringing", call?.state === "ringing");
    put(this.green.lastChild, t(call?.state === "ringing" ? "answer" : "call"));
    put(this.red.lastChild, t(call?.state === "ringing" ? "reject" : call?.ended ? "back" : "hangUp"));
    // Keys that do nothing now stay where they are, so that whoever is on one is not thrown off it.
    this.green.setAttribute("aria-disabled", String(Boolean(phone.began || (call && !call.ended && call.state !== "ringing"))));
    this.red.setAttribute("aria-disabled", String(!call));
    // Who was on something that is no longer there stays on this phone.
    if (focused && focused.offsetParent === null) (this.calling ? this.screen : this.keys[0]).focus({ preventScroll: true });
  }

  #softKeys(call, calling) {
    const { phone } = this;
    let left = ["", null];
    let right = ["", null];
    if (!calling && !phone.hidden) {
      left = [t("send"), () => this.#send()];
      right = [t("picture"), () => this.file.click()];
    } else if (call?.state === "ringing") {
      left = [t("answer"), () => phone.answer()];
      right = [t("reject"), () => call.reject()];
    } else if (call?.ended) {
      left = [t("back"), () => phone.back()];
    } else if (call) {
      const label = { gather: call.keys ? "done" : "silence", record: "fallSilent", pause: "goOn", dial: "goOn" }[call.listening?.kind];
      if (label) left = [t(label), () => call.silence()];
      if (call.voice.aloudNow(call)) right = [t("hush"), () => call.voice.cut(call, true)];
    }
    for (const [side, [label, does]] of [["left", left], ["right", right]]) {
      put(this[side], label);
      this[side].style.visibility = does ? "" : "hidden";
      this[`${side}Does`] = does;
    }
  }
}

// receiver is the drawing on the call and hang-up keys, with a word beside it.
function receiver(way) {
  const span = el("span", { class: `receiver ${way}`, "aria-hidden": "true" });
  const both = document.createDocumentFragment();
  both.append(span, el("span", {}));
  return both;
}
