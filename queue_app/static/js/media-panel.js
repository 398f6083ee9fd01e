/* Pictures and muted videos, one after another. Each is shown once it is there; what cannot be drawn is skipped, and
   tried again later. With nothing that can be drawn the panel gives its place back.

   const panel = new MediaPanel({ place, onChange: (isShown) => {} })
   panel.show([{ url, kind: "picture" | "video", seconds, words }])    // again with every board */

const ARRIVES_MS = 15_000; // what has not come by then is skipped
const AGAIN_MS = 60_000;

export class MediaPanel {
  #place;
  #onChange;
  #items = [];
  #text = "";
  #at = -1;
  #timer;
  #run = 0; // what an older run still has to say is not heard
  #failed = 0; // in a row

  constructor({ place, onChange }) {
    this.#place = place;
    this.#onChange = onChange;
  }

  show(items) {
    const text = JSON.stringify(items);
    if (text === this.#text) return;
    this.#text = text;
    this.#items = items;
    this.#at = -1;
    this.#failed = 0;
    if (!items.length) this.#clear();
    this.#next();
  }

  async #next() {
    clearTimeout(this.#timer);
    const run = (this.#run += 1);
    if (!this.#items.length) return;
    this.#at = (this.#at + 1) % this.#items.length;
    const item = this.#items[this.#at];
    try {
      const element = item.kind === "video" ? await video(item) : await picture(item);
      if (run !== this.#run) return;
      this.#failed = 0;
      this.#put(element, item);
    } catch {
      if (run !== this.#run) return;
      this.#failed += 1;
      if (this.#failed < this.#items.length) {
        this.#next();
        return;
      }
      this.#clear();
      this.#failed = 0;
      this.#timer = setTimeout(() => this.#next(), AGAIN_MS);
    }
  }

  #put(element, item) {
    const isAlone = this.#items.length === 1;
    this.#place.replaceChildren(element);
    this.#place.hidden = false;
    this.#onChange(true);
    if (item.kind === "video") {
      element.loop = isAlone;
      element.addEventListener("ended", () => this.#next());
      element.addEventListener("error", () => this.#next());
    }
    if (!isAlone) this.#timer = setTimeout(() => this.#next(), item.seconds * 1000);
  }

  #clear() {
    this.#place.replaceChildren();
    this.#place.hidden = true;
    this.#onChange(false);
  }
}

async function picture({ url, words }) {
  const element = new Image();
  element.alt = words;
  element.src = url;
  await inTime(element.decode());
  return element;
}

/** Who wants no movement sees a video's first picture. */
async function video({ url, words }) {
  const element = document.createElement("video");
  Object.assign(element, { muted: true, playsInline: true, preload: "auto", src: url });
  if (words) element.setAttribute("aria-label", words);
  else element.setAttribute("aria-hidden", "true");
  const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
  await inTime(
    new Promise((resolve, reject) => {
      element.addEventListener("canplay", resolve, { once: true });
      element.addEventListener("error", () => reject(new Error(url)), { once: true });
    }),
  );
  if (!isStill) await inTime(element.play());
  return element;
}

function inTime(promise) {
  return Promise.race([promise, new Promise((_, reject) => { setTimeout(() => reject(new Error("too late")), ARRIVES_MS); })]);
}
