// The texts of a phone, as they stand on its screen: each with its segments, its alphabet, and what became of it.

import { el, follow, put, show } from "./dom.js";
import { language, t } from "./words.js";

const time = (at) => new Date(at).toLocaleTimeString(language(), { hour: "numeric", minute: "2-digit" });

export class Thread {
  #rows = [];

  constructor() {
    this.list = el("ol", { class: "texts" });
    this.none = el("p", { class: "none" });
    this.node = el("div", { class: "thread", role: "region", tabindex: "0", "aria-label": t("texts") }, this.none, this.list);
  }

  update(phone) {
    put(this.none, t(phone.hidden ? "noTextsHidden" : "noTexts"));
    show(this.none, phone.texts.length === 0);
    const before = this.#rows.length;
    phone.texts.forEach((item, i) => {
      this.#rows[i] ??= this.#row(item);
      if (this.#rows[i].fate) put(this.#rows[i].fate, about(item));
    });
    if (this.#rows.length > before) this.end();
  }

  // end shows the newest.
  end() {
    const newest = this.#rows.at(-1);
    if (newest) follow(this.node, newest.node);
  }

  #row(item) {
    const row = item.text ? textRow(item) : { node: el("li", { class: "event" }, note(item)) };
    this.list.append(row.node);
    return row;
  }
}

function textRow(item) {
  const { text, out } = item;
  const fate = el("p", { class: "about" });
  const node = el("li", { class: out ? "text out" : "text in" },
    el("span", { class: "unseen" }, out ? t("you") : t("fromLine", { from: text.from })),
    text.body && el("p", { class: "body", dir: "auto" }, text.body),
    ...(text.media ?? []).map(picture),
    ...(text.mediaUrls ?? []).map((url) => el("p", { class: "file" }, t("file", { type: url }))), // a line's own, which this page does not fetch
    fate);
  return { node, fate };
}

function picture({ sid, contentType }) {
  const shown = ["image/jpeg", "image/png", "image/gif", "image/webp"].includes(contentType);
  return shown ? el("img", { src: `phones/media?sid=${sid}`, alt: t("pictureAlt") }) : el("p", { class: "file" }, t("file", { type: contentType }));
}

// about is the small print under a text.
function about({ text, out, fate }) {
  const parts = [time(text.at), t("segments", { n: text.segments, encoding: text.encoding })];
  if (text.carrier) parts.push(t("carrier"));
  if (out) parts.push(became(fate));
  return parts.join(" · ");
}

function became(fate) {
  if (!fate) return t("onItsWay");
  return fate.status === "taken" ? t(fate.replies ? "taken" : "takenSilent") : fateOf(fate);
}

// fateOf says why a text did not arrive.
export function fateOf(fate) {
  if (fate.status === "failed") return t("failed", { why: fate.why, code: fate.code });
  const why = codes[fate.code] ? t(codes[fate.code]) : t("whyCode", { code: fate.code });
  return t("missed", { from: fate.from, why });
}

const codes = { 21610: "why21610", 30034: "why30034", 30036: "why30036" };

function note({ call, missed, at }) {
  if (call) return `${time(at)} · ${call.rings ? t("lineCalled", { line: call.from }) : t("youCalled", { line: call.to })}`;
  return `${time(at)} · ${fateOf(missed)}`;
}
