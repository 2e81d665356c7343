/** A set of (ms, serial) pairs in typed columns; open addressing, never more than half full. */
class Generation {
  size = 0;
  readonly #mask: number;
  /** 0 marks a free slot: no snowflake was made at the Unix epoch. */
  readonly #ms: Float64Array;
  readonly #serial: Int32Array;

  constructor(slots: number) {
    this.#mask = slots - 1;
    this.#ms = new Float64Array(slots);
    this.#serial = new Int32Array(slots);
  }

  has(ms: number, serial: number): boolean {
    return this.#ms[this.#slotOf(ms, serial)] === ms;
  }

  add(ms: number, serial: number): void {
    const slot = this.#slotOf(ms, serial);
    this.#ms[slot] = ms;
    this.#serial[slot] = serial;
    this.size++;
  }

  clear(): void {
    this.#ms.fill(0);
    this.size = 0;
  }

  /** The pair's slot, or the free one where it belongs. */
  #slotOf(ms: number, serial: number): number {
    let slot = (Math.imul(ms | 0, 0x9e3779b1) ^ Math.imul(serial, 0x85ebca6b)) >>> 7;
    for (; ; slot++) {
      const found = this.#ms[slot & this.#mask];
      if (found === 0 || (found === ms && this.#serial[slot & this.#mask] === serial))
        return slot & this.#mask;
    }
  }
}

/**
 * Recognises a message that the gateway delivers again, as it does when a session is resumed. Two generations
 * of ids, so that forgetting the old ones costs nothing per message: between `capacity` and twice as many of the
 * latest are remembered, as numbers, since a Set of strings costs more than the counting.
 */
export class ReplayGuard {
  readonly #capacity: number;
  #current: Generation;
  #previous: Generation;

  /** @param capacity a power of two; default 8,192 */
  constructor(capacity = 8_192) {
    this.#capacity = capacity;
    this.#current = new Generation(capacity * 2);
    this.#previous = new Generation(capacity * 2);
  }

  /** Whether this id is among the latest; asking changes nothing. */
  knows(ms: number, serial: number): boolean {
    return this.#current.has(ms, serial) || this.#previous.has(ms, serial);
  }

  /**
   * Whether this id is new; asking makes it known.
   * @param ms the snowflake's instant, Unix milliseconds
   * @param serial its 22 bits below the timestamp
   */
  isNew(ms: number, serial: number): boolean {
    if (this.knows(ms, serial)) return false;
    if (this.#current.size >= this.#capacity) {
      const emptied = this.#previous;
      this.#previous = this.#current;
      this.#current = emptied;
      emptied.clear();
    }
    this.#current.add(ms, serial);
    return true;
  }
}
