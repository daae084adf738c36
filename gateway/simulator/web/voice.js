// What is heard on calls, aloud where the browser has a voice for the language. Everything queues, so that two phones never speak at
// once; what cannot be spoken takes the time that it would, so that calls go at the pace of calls.

const lettersASecond = 15; // as the phone company counts

export class Voice {
  #queue = [];
  #now = null;
  #audio = null;

  // aloud() tells whether sound is wanted; unspoken(owner, lang) is told of a language without a voice.
  constructor({ aloud, unspoken, changed }) {
    this.aloud = aloud;
    this.unspoken = unspoken;
    this.changed = changed;
    this.synth = globalThis.speechSynthesis; // a browser may have none
    this.synth?.getVoices(); // some browsers load them only when asked
  }

  // add queues a sound for its owner (a call): {words, lang, seconds, beep, interruptible, line}.
  add(owner, sound) {
    this.#queue.push({ owner, ...sound });
    this.#next();
  }

  // busy tells whether something of an owner's is still to be heard.
  busy(owner) {
    return this.#now?.owner === owner || this.#queue.some((sound) => sound.owner === owner);
  }

  // aloudNow tells whether an owner is being spoken to.
  aloudNow(owner) {
    return this.#now?.owner === owner && Boolean(this.#now.utterance);
  }

  // speaking is the line that an owner hears now.
  speaking(owner) {
    return this.#now?.owner === owner ? this.#now.line : null;
  }

  // cut drops what a pressed key interrupts; with all, everything of the owner's.
  cut(owner, all = false) {
    const goes = (sound) => sound.owner === owner && (all || sound.interruptible);
    this.#queue = this.#queue.filter((sound) => !goes(sound));
    if (this.#now && goes(this.#now)) this.#drop();
    this.#next();
    this.changed();
  }

  // hush silences what is spoken when sound is switched off; it takes its time all the same.
  hush() {
    if (!this.#now) return;
    this.#queue.unshift({ ...this.#now, utterance: null });
    this.#drop();
    this.#next();
  }

  #next() {
    if (this.#now || this.#queue.length === 0) return;
    const sound = this.#queue.shift();
    this.#now = sound;
    const done = () => {
      if (this.#now !== sound) return;
      clearTimeout(sound.timer);
      this.#now = null;
      this.changed();
      this.#next();
    };
    const lasts = 1000 * (sound.seconds ?? Math.max(1, (sound.words ?? "").length / lettersASecond));
    if (sound.beep) this.tone(1000, 0.3);
    const said = sound.words && this.aloud() && this.#utter(sound, done);
    // A browser that never says that it has finished must not stop the call.
    sound.timer = setTimeout(done, said ? 3 * lasts + 5000 : lasts);
    this.changed();
  }

  #utter(sound, done) {
    const voice = this.#voiceFor(sound.lang);
    if (!voice) {
      this.unspoken(sound.owner, sound.lang);
      return false;
    }
    const utterance = new SpeechSynthesisUtterance(sound.words);
    utterance.voice = voice;
    utterance.lang = voice.lang;
    utterance.onend = done;
    utterance.onerror = done;
    sound.utterance = utterance; // kept: Chromium forgets the events of one that is not
    this.synth.speak(utterance);
    return true;
  }

  #voiceFor(lang) {
    if (!this.synth || !lang) return null;
    const wanted = lang.toLowerCase();
    const base = wanted.split("-")[0];
    const voices = this.synth.getVoices();
    return voices.find((v) => v.lang.toLowerCase().replace("_", "-") === wanted) ?? voices.find((v) => v.lang.toLowerCase().split(/[-_]/)[0] === base) ?? null;
  }

  #drop() {
    clearTimeout(this.#now.timer);
    this.#now = null;
    this.synth?.cancel();
  }

  // tone sounds for some seconds, where sound is wanted. The browser allows it once somebody has pressed something.
  tone(hertz, seconds) {
    if (!this.aloud() || !globalThis.AudioContext || !navigator.userActivation?.hasBeenActive) return;
    this.#audio ??= new AudioContext();
    const oscillator = new OscillatorNode(this.#audio, { frequency: hertz });
    const volume = new GainNode(this.#audio, { gain: 0.08 });
    oscillator.connect(volume).connect(this.#audio.destination);
    oscillator.start();
    oscillator.stop(this.#audio.currentTime + seconds);
  }
}
