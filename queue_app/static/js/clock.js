/* The office's time in a page. A TV's own clock may be wrong by hours, so only the time that passes is taken from it. */

export class ServerClock {
  #offset; // server milliseconds minus performance.now()

  /** @param {string} asOf the server's instant, RFC 3339 */
  constructor(asOf) {
    this.sync(asOf);
  }

  sync(asOf) {
    this.#offset = Date.parse(asOf) - performance.now();
  }

  /** @param {number} moment a performance.now(), the present when left out */
  at(moment = performance.now()) {
    return new Date(this.#offset + moment);
  }
}
