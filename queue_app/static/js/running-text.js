/* The office's lines: running past in one row, or one after the other for who wants no movement.

   const text = new RunningText(element)     // holds a <p>
   text.show(["…", "…"])                     // again with every board: what runs already runs on */

const LETTERS_A_SECOND = 7; // read from afar
const EACH_MS = 9000;
const GAP = "\u2003•\u2003";

export class RunningText {
  #part;
  #words;
  #lines = [];
  #at = 0;
  #still = matchMedia("(prefers-reduced-motion: reduce)");

  constructor(part) {
    this.#part = part;
    this.#words = part.querySelector("p");
    this.#still.addEventListener("change", () => this.#draw());
    setInterval(() => {
      if (!this.#still.matches || this.#lines.length < 2) return;
      this.#at = (this.#at + 1) % this.#lines.length;
      this.#draw();
    }, EACH_MS);
  }

  show(lines) {
    if (JSON.stringify(lines) === JSON.stringify(this.#lines)) return;
    this.#lines = lines;
    this.#at = 0;
    this.#draw();
  }

  #draw() {
    this.#part.hidden = !this.#lines.length;
    const text = this.#still.matches ? (this.#lines[this.#at] ?? "") : this.#lines.join(GAP);
    this.#words.textContent = text;
    // The way is the row and the text itself; a row holds some ninety letters.
    this.#words.style.animationDuration = `${Math.round((text.length + 90) / LETTERS_A_SECOND)}s`;
  }
}
