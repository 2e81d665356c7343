const INITIAL_ROWS = 8;
/** Up to this many rows a scan of one cache line or two beats hashing, and the index costs no memory. */
const UNINDEXED_ROWS = 8;

function hash(channel: number, member: number): number {
  // Fibonacci mixing: both indices are small and dense, so their high bits carry nothing.
  const mixed = Math.imul(channel, 0x9e3779b1) ^ Math.imul(member, 0x85ebca6b);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

/**
 * Counters keyed by (channel index, member index), in typed columns: 24 bytes a row and one object for all of
 * them, where nested Maps take some 200 bytes a row. Rows `0 … length - 1` are dense and in order of first
 * use, so readers loop over the columns; rows are never removed.
 *
 * Invariant: `#slots` is empty (not indexed), or its length is a power of two above 1.5 × length and it holds
 * row + 1 for every row, under linear probing.
 */
export class CellTable {
  length = 0;
  channel: Int32Array;
  member: Int32Array;
  /** Messages; below 2^31 a cell, which a member at Discord's rate limits cannot reach in a lifetime. */
  messages: Int32Array;
  /** Milliseconds of voice. */
  voiceMs: Float64Array;
  #slots = new Int32Array(0);

  /** @param rows how many rows to make room for */
  constructor(rows: number = INITIAL_ROWS) {
    const capacity = Math.max(1, rows);
    this.channel = new Int32Array(capacity);
    this.member = new Int32Array(capacity);
    this.messages = new Int32Array(capacity);
    this.voiceMs = new Float64Array(capacity);
    if (capacity > UNINDEXED_ROWS) this.#index(capacity);
  }

  /** Adds to one cell, making it when it is new. Amounts may be negative: a rolling sum subtracts. */
  add(channel: number, member: number, messages: number, voiceMs: number): void {
    const row = this.#rowFor(channel, member);
    this.messages[row] = (this.messages[row] ?? 0) + messages;
    this.voiceMs[row] = (this.voiceMs[row] ?? 0) + voiceMs;
  }

  /** Bytes held by the columns and the index. */
  get byteLength(): number {
    return this.channel.length * 20 + this.#slots.byteLength;
  }

  #rowFor(channel: number, member: number): number {
    if (this.#slots.length === 0) {
      for (let row = 0; row < this.length; row++) {
        if (this.member[row] === member && this.channel[row] === channel) return row;
      }
      if (this.length < UNINDEXED_ROWS) return this.#append(channel, member);
      this.#index(UNINDEXED_ROWS * 2);
    } else if (this.length * 3 >= this.#slots.length * 2) {
      this.#index(this.length * 2);
    }
    const mask = this.#slots.length - 1;
    let slot = hash(channel, member) & mask;
    for (let entry = this.#slots[slot]; entry; entry = this.#slots[slot]) {
      const row = entry - 1;
      if (this.member[row] === member && this.channel[row] === channel) return row;
      slot = (slot + 1) & mask;
    }
    const row = this.#append(channel, member);
    this.#slots[slot] = row + 1;
    return row;
  }

  #append(channel: number, member: number): number {
    const row = this.length;
    if (row === this.channel.length) this.#grow(row * 2);
    this.channel[row] = channel;
    this.member[row] = member;
    this.length = row + 1;
    return row;
  }

  #grow(capacity: number): void {
    this.channel = resized(this.channel, capacity, Int32Array);
    this.member = resized(this.member, capacity, Int32Array);
    this.messages = resized(this.messages, capacity, Int32Array);
    this.voiceMs = resized(this.voiceMs, capacity, Float64Array);
  }

  #index(rows: number): void {
    let size = 16;
    while (size <= rows * 1.5) size *= 2;
    const slots = new Int32Array(size);
    for (let row = 0; row < this.length; row++) {
      let slot = hash(this.channel[row] ?? 0, this.member[row] ?? 0) & (size - 1);
      while (slots[slot]) slot = (slot + 1) & (size - 1);
      slots[slot] = row + 1;
    }
    this.#slots = slots;
  }
}

/** A copy of `column` with room for `capacity` values. */
export function resized<T extends Int32Array | Float64Array | Uint8Array>(
  column: T,
  capacity: number,
  Column: new (length: number) => T,
): T {
  const grown = new Column(capacity);
  grown.set(column);
  return grown;
}
