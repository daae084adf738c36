// Which phone it is: one of those that the company lists, any other number, or one that hides its number.

import { el, put, show } from "./dom.js";
import { withheld } from "./phone.js";
import { nameOf, t } from "./words.js";

const digits = (number) => number.slice(-4);

// nameOfPhone is how the page calls a phone.
export function nameOfPhone(number, people) {
  if (number === withheld) return t("hiddenShort");
  const person = people.find((p) => p.number === number);
  return person?.name ? `${person.name}, ${digits(number)}` : number.startsWith("+1") ? digits(number) : number;
}

// pretend are the numbers that belong to nobody, for films and for this: what is tried out here is not kept as real numbers must be.
const pretend = /^\+1[2-9]\d{2}55501\d{2}$/;

// readNumber reads what somebody typed: E.164, ten digits, or the last four of a pretend number. "" is none.
export function readNumber(typed) {
  const plain = typed.replace(/[\s().-]/g, "");
  if (/^\d{4}$/.test(plain)) return `+1212555${plain}`;
  if (/^\d{10}$/.test(plain)) return `+1${plain}`;
  return /^\+[1-9]\d{6,14}$/.test(plain) ? plain : "";
}

export class Chooser {
  // choose(number) changes the phone; taken(number) tells whether another phone of the page has it.
  constructor({ id, number, people, choose, remove, taken, who }) {
    Object.assign(this, { number, choose, taken });
    const known = people.filter((p) => p.name);
    const option = (value, words) => el("option", { value, selected: value === number }, words);
    const strangers = people.filter((p) => !p.name).map((p) => p.number);
    if (number !== withheld && !people.some((p) => p.number === number)) strangers.push(number);
    this.select = el("select", { id: `${id}-whose`, onchange: () => this.#selected() },
      known.length > 0 && el("optgroup", { label: t("known") },
        ...known.map((p) => option(p.number, t("knownPerson", { name: p.name, digits: digits(p.number), language: nameOf(p.lang || "en") })))),
      el("optgroup", { label: t("unknown") }, ...strangers.map((n) => option(n, t("stranger", { digits: n.startsWith("+1") ? digits(n) : n })))),
      el("optgroup", { label: t("others") }, option("another", t("another")), option(withheld, t("hidden"))));
    this.input = el("input", { id: `${id}-number`, type: "tel", autocomplete: "off", placeholder: t("numberHint"), "aria-describedby": `${id}-wrong` });
    this.wrong = el("p", { class: "wrong", id: `${id}-wrong`, role: "alert" });
    this.form = el("form", { class: "another", onsubmit: (event) => this.#typed(event) },
      el("label", { for: `${id}-number` }, t("number")), this.input, el("button", { type: "submit", class: "small" }, t("use")));
    show(this.form, false);
    show(this.wrong, false);
    this.remove = el("button", { type: "button", class: "remove", title: t("remove"), "aria-label": `${t("remove")}: ${who}`, onclick: remove }, "×");
    this.node = el("div", { class: "chooser" },
      el("label", { class: "unseen", for: `${id}-whose` }, t("whose")), el("div", { class: "row" }, this.select, this.remove), this.form, this.wrong);
  }

  // update: on a call, a phone stays who it is.
  update(calling) {
    this.select.disabled = calling;
  }

  #selected() {
    const { value } = this.select;
    show(this.form, value === "another");
    show(this.wrong, false);
    if (value === "another") {
      this.input.focus();
      return;
    }
    this.#take(value);
  }

  #typed(event) {
    event.preventDefault();
    const number = readNumber(this.input.value);
    if (!number) this.#refuse("badNumber");
    else if (!pretend.test(number)) this.#refuse("realNumber");
    else this.#take(number);
  }

  #take(number) {
    if (number === this.number) {
      show(this.wrong, false);
      return;
    }
    if (number !== withheld && this.taken(number)) {
      if (this.select.value === number) this.select.value = this.number;
      this.#refuse("twice");
      return;
    }
    this.choose(number);
  }

  #refuse(key) {
    put(this.wrong, t(key));
    show(this.wrong, true);
  }
}
