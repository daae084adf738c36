// The phone company, as the page reaches it: the phones' API of this same server, and nothing else. gateway/simulator/doc.go tells of it.

const lookAgain = 1000; // milliseconds between two looks for a company that is gone

async function answer(response) {
  const said = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(said.error ?? `HTTP ${response.status}`);
  return said;
}

export async function get(path) {
  return answer(await fetch(path, { headers: { Accept: "application/json" } }));
}

export async function post(path, body) {
  return answer(await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }));
}

export const phonePath = (number, act) => `phones/${encodeURIComponent(number)}/${act}`;
export const callPath = (sid, act) => `phones/calls/${encodeURIComponent(sid)}/${act}`;

// Watch is the page's one stream: what passes on all its phones and calls. When what is watched changes, or the stream breaks, it is
// opened again where it was, so that nothing is missed and nothing comes twice.
export class Watch {
  #places = { phone: new Map(), call: new Map() }; // the newest id known of each
  #readers = { phone: new Map(), call: new Map() };
  #stream = null;
  #opening = 0;
  #company = "";

  // onState(true) when the company answers, onState(false) when it is gone; onAnother when it is another run, which knows nothing.
  constructor({ onState, onAnother }) {
    this.onState = onState;
    this.onAnother = onAnother;
  }

  // read(entry, frame) gets each entry once, in order; none in a frame that says {now}: the past has come.
  phone(number, read) {
    this.#begin("phone", number, read);
  }

  // read(event, frame): the same for a call, and {unknown} where the company knows nothing of it.
  call(sid, read) {
    this.#begin("call", sid, read);
  }

  leave(kind, key) {
    if (!this.#places[kind].delete(key)) return;
    this.#readers[kind].delete(key);
    this.#open();
  }

  #begin(kind, key, read) {
    this.#readers[kind].set(key, read);
    if (!this.#places[kind].has(key)) this.#places[kind].set(key, 0);
    this.#open();
  }

  #open(delay = 0) {
    clearTimeout(this.#opening);
    this.#opening = setTimeout(() => this.#connect(), delay);
  }

  #connect() {
    this.#stream?.close();
    const query = new URLSearchParams();
    for (const kind of ["phone", "call"]) {
      for (const [key, id] of this.#places[kind]) query.append(kind, `${key}@${id}`);
    }
    const stream = new EventSource(`phones/watch?${query}`);
    this.#stream = stream;
    stream.onmessage = (message) => {
      if (stream === this.#stream) this.#take(JSON.parse(message.data));
    };
    stream.onerror = () => {
      if (stream !== this.#stream) return;
      stream.close();
      this.onState(false);
      this.#open(lookAgain);
    };
  }

  #take(frame) {
    if (frame.company) {
      const another = this.#company && this.#company !== frame.company;
      this.#company = frame.company;
      this.onState(true);
      if (another) this.#forget();
      return;
    }
    const [kind, key] = frame.phone ? ["phone", frame.phone] : ["call", frame.call];
    const value = frame.entry ?? frame.event;
    const known = this.#places[kind].get(key);
    if (known === undefined || (value && value.id <= known)) return;
    if (value) this.#places[kind].set(key, value.id);
    this.#readers[kind].get(key)(value, frame);
  }

  #forget() {
    for (const places of Object.values(this.#places)) places.clear();
    for (const readers of Object.values(this.#readers)) readers.clear();
    this.onAnother();
  }
}
