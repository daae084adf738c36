// The page of keypad phones begins here: its settings, the phones that lie on it, and the clock of their calls.
//
// How the parts meet: phones.js holds phones; a phone (phone.js) and its call (call.js) know what happens and speak with the company
// (company.js); screen.js, thread.js and callview.js show it; voice.js says it aloud; words.js are the page's own words. What the page
// remembers over a reload is in this browser alone: which phones lie here, for this tab, and the settings.

import { Chooser, nameOfPhone } from "./chooser.js";
import { get, Watch } from "./company.js";
import { el, put, show } from "./dom.js";
import { Phone, withheld } from "./phone.js";
import { Screen } from "./screen.js";
import { fateOf } from "./thread.js";
import { Voice } from "./voice.js";
import { language, languages, speak, t } from "./words.js";

const clockEvery = 250; // milliseconds
const settings = { language: navigator.language.split("-")[0], sound: "on", time: "runs", line: "", ...recall("localStorage", "settings") };
settings.timeRuns = () => settings.time === "runs";

let lines = [];
let people = [];
let held = []; // {phone, screen, chooser, id} in order
let made = 0;
const unspoken = new WeakMap(); // call → a language that no voice here speaks
let drawing = false;

const place = (id) => document.getElementById(id);
const company = new Watch({ onState: (answers) => show(place("gone"), !answers), onAnother: () => putDown(held.map(({ phone }) => ({ number: phone.number }))) });
const voice = new Voice({
  aloud: () => settings.sound === "on",
  unspoken: (call, lang) => unspoken.set(call, lang),
  changed: update,
});

// A browser may forbid a page to remember anything; then it begins anew each time.
function recall(storage, key) {
  try {
    return JSON.parse(globalThis[storage].getItem(`hotline-${key}`)) ?? undefined;
  } catch {
    return undefined;
  }
}

function remember(storage, key, value) {
  try {
    globalThis[storage].setItem(`hotline-${key}`, JSON.stringify(value));
  } catch {
    // as above
  }
}

// update draws what has changed, once for all that changes at a moment.
function update() {
  if (drawing) return;
  drawing = true;
  queueMicrotask(() => {
    drawing = false;
    for (const { phone, screen, chooser } of held) {
      screen.update();
      chooser.update(Boolean(phone.began || (phone.call && !phone.call.ended)));
    }
    remember("sessionStorage", "phones", held.map(({ phone }) => ({ number: phone.number, call: phone.kept })));
  });
}

// announce tells whoever cannot see it what arrives, on whichever phone.
function announce(where, words) {
  place(where).append(el("p", {}, words));
  while (place(where).children.length > 3) place(where).firstChild.remove();
}

function pickUp({ number, call }) {
  const phone = new Phone({
    number, call, company, voice, settings, changed: update,
    heard: ({ text, lost, ring }) => {
      const who = nameOfPhone(number, people);
      if (text) announce("arrived", t("arrived", { who, words: text.body }));
      if (lost) announce("arrived", t("lost", { who, words: fateOf(lost) }));
      if (ring) announce("urgent", t("ringsAt", { who, line: ring.peer }));
    },
  });
  return { phone, id: `phone${++made}` };
}

// dress gives a phone its looks, in the page's language.
function dress(one) {
  const { phone, id } = one;
  const who = nameOfPhone(phone.number, people);
  one.chooser = new Chooser({
    id, who, people, number: phone.number,
    taken: (number) => held.some((other) => other.phone.number === number),
    choose: (number) => replace(one, number),
    remove: () => remove(one),
  });
  one.screen = new Screen({ phone, id, who, line: () => settings.line, missing: (call) => unspoken.get(call), chooser: one.chooser.node });
}

function lay() {
  place("phones").replaceChildren(...held.map(({ screen }) => screen.node));
  update();
}

function putDown(phones) {
  for (const { phone } of held) phone.close();
  held = phones.map(pickUp);
  held.forEach(dress);
  lay();
}

function replace(one, number) {
  one.phone.close();
  const next = pickUp({ number });
  held[held.indexOf(one)] = next;
  dress(next);
  lay();
  next.chooser.select.focus();
}

function remove(one) {
  one.phone.close();
  const i = held.indexOf(one);
  held.splice(i, 1);
  lay();
  (held[Math.min(i, held.length - 1)]?.chooser.remove ?? place("add")).focus();
}

// add takes the first phone that does not lie here yet; when all do, a number that nobody has.
function add() {
  const here = new Set(held.map(({ phone }) => phone.number));
  const numbers = people.map((p) => p.number);
  for (let last = 150; last < 200; last++) numbers.push(`+12125550${last}`);
  const number = numbers.find((n) => !here.has(n)) ?? withheld;
  const one = pickUp({ number });
  held.push(one);
  dress(one);
  lay();
  one.chooser.select.focus();
}

function choice(id, label, options, value, chosen) {
  const select = el("select", { id, onchange: () => chosen(select.value) }, ...options.map(([v, words, lang]) => el("option", { value: v, lang, selected: v === value }, words)));
  return el("div", { class: "choice" }, el("label", { for: id }, label), select);
}

// set changes a setting and remembers it.
function set(name, value) {
  settings[name] = value;
  remember("localStorage", "settings", { language: settings.language, sound: settings.sound, time: settings.time, line: settings.line });
  update();
}

function drawPage() {
  speak(settings.language);
  document.title = t("title");
  put(place("title"), t("title"));
  put(place("intro"), lines.length > 0 ? t("intro") : t("noLine"));
  put(place("help"), t("help"));
  put(place("gone"), t("gone"));
  place("settings").replaceChildren(
    choice("language", t("pageLanguage"), Object.entries(languages).map(([lang, name]) => [lang, name, lang]), language(), (lang) => {
      set("language", lang);
      drawPage();
      held.forEach(dress);
      lay();
      place("language").focus();
    }),
    choice("sound", t("sound"), [["on", t("soundOn")], ["off", t("soundOff")]], settings.sound, (value) => { set("sound", value); if (value === "off") voice.hush(); }),
    choice("time", t("time"), [["runs", t("timeRuns")], ["waits", t("timeWaits")]], settings.time, (value) => set("time", value)),
    ...(lines.length > 1 ? [choice("line", t("line"), lines.map((number) => [number, number]), settings.line, (value) => set("line", value))] : []),
    el("button", { type: "button", id: "add", onclick: add }, t("add")),
  );
}

// learnLines asks which lines there are; a command may have added one.
async function learnLines() {
  try {
    ({ lines } = await get("phones/lines"));
    if (!lines.includes(settings.line)) settings.line = lines[0] ?? "";
  } catch {
    // the stream tells when the company is gone
  }
}

async function begin() {
  await learnLines();
  ({ people } = await get("phones/people"));
  drawPage();
  const first = people.filter((p) => p.atHand).map(({ number }) => ({ number }));
  putDown(recall("sessionStorage", "phones") ?? (first.length > 0 ? first : [{ number: people[0]?.number ?? "+12125550123" }]));
  setInterval(() => held.forEach(({ phone }) => phone.tick(Date.now())), clockEvery);
  setInterval(() => held.some(({ phone }) => phone.call?.state === "ringing") && voice.tone(440, 1), 3000);
  addEventListener("focus", async () => {
    const before = String(lines);
    await learnLines();
    if (String(lines) !== before && !place("settings").contains(document.activeElement)) drawPage();
    update();
  });
}

begin().catch(() => show(place("gone"), true));
