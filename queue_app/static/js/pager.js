/* A list that is longer than its place, shown a page at a time: each for eight seconds, in a circle, nothing moves.

   const pager = new Pager({ counter, draw: (items, size) => {} })
   pager.show(items, { columns: 1, rows: 4 })      // again with every change: the page that is shown stays */

const PAGE_MS = 8000;

export class Pager {
  #counter;
  #draw;
  #items = [];
  #size = { columns: 1, rows: 1 };
  #page = 0;

  constructor({ counter, draw }) {
    this.#counter = counter;
    this.#draw = draw;
    setInterval(() => {
      if (this.#pages > 1) this.#turnTo(this.#page + 1);
    }, PAGE_MS);
  }

  show(items, size) {
    this.#items = items;
    this.#size = size;
    this.#turnTo(this.#page);
  }

  get #perPage() {
    return this.#size.columns * this.#size.rows;
  }

  get #pages() {
    return Math.max(1, Math.ceil(this.#items.length / this.#perPage));
  }

  #turnTo(page) {
    this.#page = page % this.#pages;
    const start = this.#page * this.#perPage;
    this.#counter.hidden = this.#pages === 1;
    this.#counter.textContent = `${this.#page + 1}/${this.#pages}`;
    this.#draw(this.#items.slice(start, start + this.#perPage), this.#size);
  }
}
