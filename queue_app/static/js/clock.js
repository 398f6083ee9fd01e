/* The office's time in a page. A TV's own clock may be wrong by hours, so only the time that passes is taken from it.

   A message may come late by any time: what the server sent of its own accord only proves that its clock is not behind
   that instant. An answer was written after its question, which proves the other end too, and puts right a clock that
   was set back or a TV that counts its seconds too fast. */

export class ServerClock {
  #offset = -Infinity; // server milliseconds minus performance.now()

  /** @param {string} asOf the server's instant, RFC 3339
   *  @param {number} [askedAt] as in sync */
  constructor(asOf, askedAt) {
    this.sync(asOf, askedAt);
  }

  /** @param {string} asOf the server's instant in what came just now
   *  @param {number} [askedAt] a performance.now(): when this page asked for it; left out for what came unasked */
  sync(asOf, askedAt = -Infinity) {
    const sent = Date.parse(asOf);
    this.#offset = Math.min(Math.max(this.#offset, sent - performance.now()), sent - askedAt);
  }

  /** @param {number} moment a performance.now(), the present when left out */
  at(moment = performance.now()) {
    return new Date(this.#offset + moment);
  }

  /** How many milliseconds ago an instant of the server was. */
  since(asOf) {
    return this.#offset + performance.now() - Date.parse(asOf);
  }
}
