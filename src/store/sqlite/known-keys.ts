import { type Snowflake, SnowflakeDigits } from "../../snowflake.ts";

/** A key, and what the file says beside it, so that a row is written again only when that changed. */
export interface KnownKey {
  readonly key: number;
  readonly said: string;
}

/** Where a key's numbers are among its four. */
const [OWNER, UPPER, LOWER, KEY] = [0, 1, 2, 3] as const;
const STRIDE = 4;
/** What an owner's number tells beside the guild: whether the two words are an id's, a channel's, or another text's number. */
const [ID, CHANNEL, TEXT] = [0, 1, 2] as const;
const KINDS = 3;

/**
 * Keys that the file gave to ids; only ever a shortcut to what it says. Beyond `max` all are forgotten at once: to keep those
 * that were used last would cost more at each use than finding a key anew costs now and then.
 *
 * In typed arrays, some 30 bytes a key and what is said: a large bot writes in so many guilds that a `Map` of as many bytes
 * is full, and forgotten, with each flush. There is room for all from the start: memory that is never written is never taken.
 *
 * Invariant: `#slots` holds number + 1 of each key, under linear probing.
 */
export class KnownKeys {
  readonly #max: number;
  readonly #guilds = new Map<Snowflake, number>();
  /** Numbers of names that are no ids. */
  readonly #texts = new Map<string, number>();
  #size = 0;
  readonly #rows: Int32Array;
  readonly #slots: Int32Array;
  readonly #said: string[] = [];
  /** The name that was read last. */
  #owner = 0;
  #upper = 0;
  #lower = 0;

  constructor(max: number) {
    this.#max = max;
    this.#rows = new Int32Array(max * STRIDE);
    // A power of two, and at most half full.
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(max * 2)));
  }

  /** @param name of one thing in a guild: empty, an id, or `#` and an id or any other text */
  get(guildId: Snowflake, name: string): KnownKey | undefined {
    this.#read(guildId, name);
    const entry = this.#slots[this.#slot()] ?? 0;
    if (entry === 0) return undefined;
    return { key: this.#rows[(entry - 1) * STRIDE + KEY] ?? 0, said: this.#said[entry - 1] ?? "" };
  }

  set(guildId: Snowflake, name: string, { key, said }: KnownKey): void {
    if (this.#size >= this.#max) this.clear();
    this.#read(guildId, name);
    const slot = this.#slot();
    let index = (this.#slots[slot] ?? 0) - 1;
    if (index < 0) {
      index = this.#size++;
      this.#slots[slot] = index + 1;
      const at = index * STRIDE;
      this.#rows[at + OWNER] = this.#owner;
      this.#rows[at + UPPER] = this.#upper;
      this.#rows[at + LOWER] = this.#lower;
    }
    this.#rows[index * STRIDE + KEY] = key;
    this.#said[index] = said;
  }

  clear(): void {
    this.#guilds.clear();
    this.#texts.clear();
    this.#slots.fill(0);
    // An erased user's id must not stay.
    this.#rows.fill(0, 0, this.#size * STRIDE);
    this.#said.length = 0;
    this.#size = 0;
  }

  #read(guildId: Snowflake, name: string): void {
    const guild = numberOf(this.#guilds, guildId) * KINDS;
    const isPlace = name.startsWith("#");
    if (name === "" || DIGITS.read(isPlace ? name.slice(1) : name)) {
      this.#owner = guild + (isPlace ? CHANNEL : ID);
      // An id is never 0: that is the guild itself.
      this.#upper = name === "" ? 0 : DIGITS.upper;
      this.#lower = name === "" ? 0 : DIGITS.lower;
    } else {
      this.#owner = guild + TEXT;
      this.#upper = numberOf(this.#texts, name);
      this.#lower = 0;
    }
  }

  /** The slot of the name that was read, or the free one where it belongs. */
  #slot(): number {
    const [owner, upper, lower] = [this.#owner, this.#upper, this.#lower];
    const [rows, slots] = [this.#rows, this.#slots];
    const mask = slots.length - 1;
    let slot = hash(owner, upper, lower) & mask;
    for (let entry = slots[slot]; entry; entry = slots[slot]) {
      const at = (entry - 1) * STRIDE;
      if (rows[at + LOWER] === lower && rows[at + UPPER] === upper && rows[at + OWNER] === owner) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }
}

const DIGITS = new SnowflakeDigits();

function numberOf(numbers: Map<string, number>, text: string): number {
  const known = numbers.get(text);
  if (known !== undefined) return known;
  numbers.set(text, numbers.size);
  return numbers.size - 1;
}

function hash(owner: number, upper: number, lower: number): number {
  const mixed = Math.imul(Math.imul(Math.imul(owner, 0x9e3779b1) ^ upper, 0x85ebca6b) ^ lower, 0xc2b2ae35);
  return mixed ^ (mixed >>> 15);
}
