/* Says a waiting room's calls: one after another in their order, each once, none that is old or was taken back.

   const voice = new Voice({ office: "senapelan", clock });   // clock: the ServerClock of the page
   voice.hear(message);                                       // each board message, with its announcements and its voice

   What is said comes as recordings from the server. Where one cannot be had the browser's own voice stands in, and
   where it has none for the language the chime alone. Browsers keep a page silent until somebody touched it: then the
   button "Aktifkan suara" shows, and calls younger than a minute are said once it is pressed.

   Everything that is said is told as an event of the document: "voice", with detail { what, id, ... }. */

const OLD_MS = 60_000;
const LAST_WORD_MS = 90_000; // what was begun is said to its end, but not after the page stood still
const TURN_MS = 2000;
const TURN_LASTS_MS = 7000; // as queue_app/speaker.py; without the server nobody may go on speaking for longer
const PATIENCE_MS = 9000; // for a recording that is being made
const AFTERGLOW_MS = 1500; // a sound that has not told its end so long after it should have is taken for ended

/** Storage that may be full, shut or forbidden: then what is kept is forgotten with the page. */
function kept(storage, key, value) {
  try {
    if (value === undefined) return storage().getItem(key);
    storage().setItem(key, value);
  } catch {
    // Nothing is lost but a setting.
  }
  return null;
}

const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

export class Voice {
  #office;
  #clock;
  #context = new AudioContext();
  #gain = this.#context.createGain();
  #sounds = new Map(); // url -> promise of an AudioBuffer, or of null
  #chime;
  #due = []; // the announcements of the latest board
  #how = { on: false };
  #said; // the id of the last call that was said here, or is not to be said any more
  #isSaying = false;
  #turnUntil = 0; // a performance.now()
  #name;
  #parts;

  constructor({ office, clock }) {
    this.#office = office;
    this.#clock = clock;
    this.#said = Number(kept(() => sessionStorage, `voice-said-${office}`) ?? 0);
    this.#name = kept(() => sessionStorage, "voice-name") ?? crypto.getRandomValues(new Uint32Array(4)).join("-").slice(0, 40);
    kept(() => sessionStorage, "voice-name", this.#name);
    this.#gain.connect(this.#context.destination);
    this.#parts = Object.fromEntries(["voice", "voice-start", "voice-mute", "voice-volume", "voice-state"].map((id) => [id, document.getElementById(id)]));
    this.#chime = this.#load(document.body.dataset.chime);
    this.#listen();
    setInterval(() => this.#go(), TURN_MS / 2);
    setInterval(() => this.#askForTurn(), TURN_MS);
  }

  /** @param {{version: number, announcements: object[], voice: object}} message */
  hear({ version, announcements, voice }) {
    const isNewRule = voice.displays !== this.#how.displays || voice.on !== this.#how.on;
    this.#how = voice;
    this.#due = announcements;
    if (version < this.#said) this.#setSaid(version); // the server was put back to an older database
    this.#prepare();
    this.#show();
    if (isNewRule) this.#askForTurn();
    this.#go();
  }

  // ---- the queue ----

  /** Says what is to be said, unless that is going on already. */
  async #go() {
    if (this.#isSaying) return;
    this.#isSaying = true;
    try {
      for (let call = this.#next(); call; call = this.#next()) {
        this.#setSaid(call.id);
        this.#askForTurn(); // tells what was said
        await this.#say(call);
      }
    } finally {
      this.#isSaying = false;
    }
  }

  #next() {
    if (!this.#how.on || this.#isMuted) {
      const last = this.#due.at(-1);
      if (last && last.id > this.#said) this.#setSaid(last.id); // it is not made up for afterwards
      return null;
    }
    if (!this.#mayPlay || !this.#hasTurn) return null;
    return this.#due.find((call) => call.id > this.#said && !this.#isOld(call)) ?? null;
  }

  #isOld(call) {
    return this.#clock.since(call.at) > OLD_MS;
  }

  #isTakenBack(call) {
    return !this.#due.some(({ id }) => id === call.id) && !this.#isOld(call);
  }

  #setSaid(id) {
    this.#said = id;
    kept(() => sessionStorage, `voice-said-${this.#office}`, String(id));
  }

  async #say(call) {
    this.#tell("start", call);
    if (this.#how.chime) await this.#play(await this.#chime, call, "chime");
    for (let time = 0; time < this.#how.repeat; time += 1) {
      for (const language of this.#how.languages) {
        if (this.#isMuted || this.#isTakenBack(call) || this.#clock.since(call.at) > LAST_WORD_MS) break;
        await this.#sayIn(language, call);
      }
    }
    this.#tell("end", call);
  }

  async #sayIn(language, call) {
    const made = call.audio.find((one) => one.language === language);
    const sound = made ? await this.#load(made.url) : null;
    if (sound) await this.#play(sound, call, language);
    else await this.#sayByBrowser(language, call);
  }

  /** Watched by the tests, and by whoever wants to know in the browser's console what a display has said. */
  #tell(what, { id, label }, part = null) {
    document.dispatchEvent(new CustomEvent("voice", { detail: { what, id, label, part, at: performance.now() } }));
  }

  // ---- sound ----

  /** A decoded recording, once; null when it cannot be had. */
  #load(url) {
    if (!this.#sounds.has(url)) {
      const loading = fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) })
        .then((answer) => (answer.ok ? answer.arrayBuffer() : Promise.reject(new Error(String(answer.status)))))
        .then((bytes) => this.#context.decodeAudioData(bytes))
        .catch(() => {
          this.#sounds.delete(url); // the next call that needs it asks again
          return null;
        });
      this.#sounds.set(url, loading);
    }
    return this.#sounds.get(url);
  }

  /** Fetches what is going to be said, and forgets what is over. */
  #prepare() {
    const urls = new Set(this.#due.flatMap((call) => call.audio.map(({ url }) => url)));
    for (const url of this.#sounds.keys()) if (!urls.has(url) && url !== document.body.dataset.chime) this.#sounds.delete(url);
    if (this.#how.on && !this.#isMuted) for (const url of urls) this.#load(url);
  }

  async #play(sound, call, part) {
    if (!sound) return;
    this.#tell("play", call, part);
    const source = new AudioBufferSourceNode(this.#context, { buffer: sound });
    source.connect(this.#gain);
    const ended = new Promise((resolve) => { source.onended = resolve; });
    source.start();
    await Promise.race([ended, pause(sound.duration * 1000 + AFTERGLOW_MS)]);
    source.disconnect();
    this.#tell("ended", call, part);
  }

  async #sayByBrowser(language, call) {
    const text = { id: call.text_id, en: call.text_en }[language];
    const voice = window.speechSynthesis?.getVoices().find(({ lang }) => lang.toLowerCase().startsWith(language));
    if (!text || !voice) return;
    const words = new SpeechSynthesisUtterance(text);
    Object.assign(words, { voice, lang: voice.lang, volume: this.#gain.gain.value });
    this.#tell("play", call, `browser-${language}`);
    const ended = new Promise((resolve) => { words.onend = resolve; words.onerror = resolve; });
    speechSynthesis.speak(words);
    await Promise.race([ended, pause(15_000)]);
    speechSynthesis.cancel();
    this.#tell("ended", call, `browser-${language}`);
  }

  // ---- where only one display of the room speaks ----

  get #hasTurn() {
    return this.#how.displays !== "one" || performance.now() < this.#turnUntil;
  }

  async #askForTurn() {
    if (this.#how.displays !== "one" || !this.#how.on || !this.#mayPlay || this.#isMuted) return;
    const mine = await this.#turn({});
    if (!mine) return; // unanswered: what was granted runs out
    const isNew = !this.#hasTurn;
    this.#turnUntil = mine.speaks ? performance.now() + TURN_LASTS_MS - TURN_MS : 0;
    if (mine.speaks && isNew && mine.said > this.#said) this.#setSaid(mine.said);
    this.#show();
    this.#go();
  }

  async #turn(more) {
    const body = JSON.stringify({ display: this.#name, said: this.#said, ...more });
    const options = { method: "POST", body, headers: { "Content-Type": "application/json" }, keepalive: true };
    try {
      const answer = await fetch(document.body.dataset.turn, { ...options, signal: AbortSignal.timeout(TURN_MS) });
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  }

  #leaveTurn() {
    if (this.#how.displays === "one" && this.#hasTurn) {
      this.#turnUntil = 0;
      this.#turn({ leave: true });
    }
  }

  // ---- the controls ----

  get #isMuted() {
    return this.#parts["voice-mute"].getAttribute("aria-pressed") === "true";
  }

  get #mayPlay() {
    return this.#context.state === "running";
  }

  #listen() {
    const { "voice-start": start, "voice-mute": mute, "voice-volume": volume } = this.#parts;
    mute.setAttribute("aria-pressed", String(kept(() => localStorage, "voice-muted") === "true"));
    volume.value = kept(() => localStorage, "voice-volume") ?? "100";
    const setVolume = () => { this.#gain.gain.value = this.#isMuted ? 0 : Number(volume.value) / 100; };
    setVolume();
    volume.addEventListener("input", () => {
      setVolume();
      kept(() => localStorage, "voice-volume", volume.value);
    });
    mute.addEventListener("click", () => {
      mute.setAttribute("aria-pressed", String(!this.#isMuted));
      kept(() => localStorage, "voice-muted", String(this.#isMuted));
      setVolume();
      if (this.#isMuted) this.#leaveTurn();
      else this.#askForTurn();
      this.#prepare();
      this.#show();
    });
    start.addEventListener("click", () => this.#context.resume());
    this.#context.addEventListener("statechange", () => {
      this.#show();
      this.#askForTurn();
      this.#go();
    });
    window.addEventListener("pagehide", () => this.#leaveTurn());
    this.#show();
  }

  #show() {
    const { voice, "voice-start": start, "voice-state": state } = this.#parts;
    const now = this.#state();
    voice.hidden = now === "off";
    voice.dataset.state = now;
    const hadFocus = document.activeElement === start;
    start.hidden = now !== "blocked";
    if (hadFocus && start.hidden && now !== "off") this.#parts["voice-mute"].focus();
    const text = state.dataset[now] ?? "";
    if (state.textContent !== text) state.textContent = text;
  }

  #state() {
    if (!this.#how.on) return "off";
    if (this.#isMuted) return "muted";
    if (!this.#mayPlay) return "blocked";
    return this.#hasTurn ? "speaks" : "listens";
  }
}
