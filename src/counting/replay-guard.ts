import type { SnowflakeDigits } from "../snowflake.ts";

const MIX = 0x9e3779b1;

/** A set of ids in the order in which they came; an index over them is made when one is looked for. */
class Generation {
  #size = 0;
  /** How many of the ids are in the index. */
  #indexed = 0;
  readonly #ids: Int32Array;
  readonly #mask: number;
  /** Number of an id + 1; open addressing, never more than half full. */
  readonly #slots: Int32Array;

  constructor(capacity: number) {
    this.#ids = new Int32Array(capacity * 2);
    this.#slots = new Int32Array(capacity * 2);
    this.#mask = capacity * 2 - 1;
  }

  get isFull(): boolean {
    return this.#size * 2 === this.#ids.length;
  }

  has(upper: number, lower: number): boolean {
    for (; this.#indexed < this.#size; this.#indexed++) {
      const at = this.#indexed * 2;
      this.#slots[this.#slotOf(this.#ids[at] ?? 0, this.#ids[at + 1] ?? 0)] = this.#indexed + 1;
    }
    return this.#slots[this.#slotOf(upper, lower)] !== 0;
  }

  add(upper: number, lower: number): void {
    const at = this.#size * 2;
    this.#ids[at] = upper;
    this.#ids[at + 1] = lower;
    this.#size++;
  }

  clear(): void {
    if (this.#indexed > 0) this.#slots.fill(0);
    this.#size = 0;
    this.#indexed = 0;
  }

  /** The id's slot, or the free one where it belongs. */
  #slotOf(upper: number, lower: number): number {
    const mixed = Math.imul(Math.imul(upper, MIX) ^ lower, MIX);
    let slot = (mixed ^ (mixed >>> 15)) & this.#mask;
    for (let entry = this.#slots[slot]; entry; entry = this.#slots[slot]) {
      if (this.#ids[entry * 2 - 2] === upper && this.#ids[entry * 2 - 1] === lower) break;
      slot = (slot + 1) & this.#mask;
    }
    return slot;
  }
}

/**
 * Recognises a message that the gateway delivers again, as it does when a session is resumed. Two generations
 * of ids, so that forgetting the old ones costs nothing per message: between `capacity` and twice as many of the
 * latest are remembered, as numbers. Most messages are newer than all before them and only need to be written down; one
 * that is not is looked for.
 */
export class ReplayGuard {
  #current: Generation;
  #previous: Generation;
  /** The newest of all ids so far. */
  #newestHigh = 0;
  #newestLow = 0;

  /** @param capacity a power of two; default 8,192 */
  constructor(capacity = 8_192) {
    this.#current = new Generation(capacity);
    this.#previous = new Generation(capacity);
  }

  /** Whether this id is among the latest; asking changes nothing. */
  knows(id: SnowflakeDigits): boolean {
    if (this.#isNewest(id)) return false;
    const { upper, lower } = id;
    return this.#current.has(upper, lower) || this.#previous.has(upper, lower);
  }

  /** Whether this id is new; asking makes it known. */
  isNew(id: SnowflakeDigits): boolean {
    if (this.#isNewest(id)) {
      this.#newestHigh = id.high;
      this.#newestLow = id.low;
    } else if (this.knows(id)) return false;
    if (this.#current.isFull) {
      const emptied = this.#previous;
      this.#previous = this.#current;
      this.#current = emptied;
      emptied.clear();
    }
    this.#current.add(id.upper, id.lower);
    return true;
  }

  #isNewest({ high, low }: SnowflakeDigits): boolean {
    return high > this.#newestHigh || (high === this.#newestHigh && low > this.#newestLow);
  }
}
