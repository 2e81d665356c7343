const INITIAL_ROWS = 8;
/** Up to this many rows a scan of one cache line or two beats hashing, and the index costs no memory. */
const UNINDEXED_ROWS = 8;

function hash(place: number, member: number, state: number): number {
  // Fibonacci mixing: the indices are small and dense, so their high bits carry nothing.
  const mixed = Math.imul(place, 0x9e3779b1) ^ Math.imul(member, 0x85ebca6b) ^ Math.imul(state, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

/**
 * Counters keyed by (place index, member index, voice state), in typed columns: 22 bytes a row and one object for
 * all of them, where nested Maps take some 200 bytes a row. Rows `0 … length - 1` are dense and in order of first
 * use, so readers loop over the columns; rows are never removed.
 *
 * Invariant: `#slots` is empty (not indexed), or its length is a power of two above 1.5 × length and it holds
 * row + 1 for every row, under linear probing.
 */
export class CellTable {
  length = 0;
  place: Int32Array;
  member: Int32Array;
  /** How the time was spent, as `voice-state.ts` writes it; 0 for messages and activities. */
  state: Uint16Array;
  /** Messages; below 2^31 a cell, which a member at Discord's rate limits cannot reach in a lifetime. */
  messages: Int32Array;
  /** Milliseconds in voice, or in an activity. */
  durationMs: Float64Array;
  #slots = new Int32Array(0);

  /** @param rows how many rows to make room for */
  constructor(rows: number = INITIAL_ROWS) {
    const capacity = Math.max(1, rows);
    this.place = new Int32Array(capacity);
    this.member = new Int32Array(capacity);
    this.state = new Uint16Array(capacity);
    this.messages = new Int32Array(capacity);
    this.durationMs = new Float64Array(capacity);
    if (capacity > UNINDEXED_ROWS) this.#index(capacity);
  }

  /** Adds to one cell, making it when it is new. */
  add(place: number, member: number, state: number, messages: number, durationMs: number): void {
    const row = this.#rowFor(place, member, state);
    this.messages[row] = (this.messages[row] ?? 0) + messages;
    this.durationMs[row] = (this.durationMs[row] ?? 0) + durationMs;
  }

  /** Bytes held by the columns and the index. */
  get byteLength(): number {
    return this.place.length * 22 + this.#slots.byteLength;
  }

  #rowFor(place: number, member: number, state: number): number {
    if (this.#slots.length === 0) {
      for (let row = 0; row < this.length; row++) if (this.#isAt(row, place, member, state)) return row;
      if (this.length < UNINDEXED_ROWS) return this.#append(place, member, state);
      this.#index(UNINDEXED_ROWS * 2);
    } else if (this.length * 3 >= this.#slots.length * 2) {
      this.#index(this.length * 2);
    }
    const mask = this.#slots.length - 1;
    let slot = hash(place, member, state) & mask;
    for (let entry = this.#slots[slot]; entry; entry = this.#slots[slot]) {
      if (this.#isAt(entry - 1, place, member, state)) return entry - 1;
      slot = (slot + 1) & mask;
    }
    const row = this.#append(place, member, state);
    this.#slots[slot] = row + 1;
    return row;
  }

  #isAt(row: number, place: number, member: number, state: number): boolean {
    return this.member[row] === member && this.place[row] === place && this.state[row] === state;
  }

  #append(place: number, member: number, state: number): number {
    const row = this.length;
    if (row === this.place.length) this.#grow(row * 2);
    this.place[row] = place;
    this.member[row] = member;
    this.state[row] = state;
    this.length = row + 1;
    return row;
  }

  #grow(capacity: number): void {
    this.place = resized(this.place, capacity, Int32Array);
    this.member = resized(this.member, capacity, Int32Array);
    this.state = resized(this.state, capacity, Uint16Array);
    this.messages = resized(this.messages, capacity, Int32Array);
    this.durationMs = resized(this.durationMs, capacity, Float64Array);
  }

  #index(rows: number): void {
    let size = 16;
    while (size <= rows * 1.5) size *= 2;
    const slots = new Int32Array(size);
    for (let row = 0; row < this.length; row++) {
      let slot = hash(this.place[row] ?? 0, this.member[row] ?? 0, this.state[row] ?? 0) & (size - 1);
      while (slots[slot]) slot = (slot + 1) & (size - 1);
      slots[slot] = row + 1;
    }
    this.#slots = slots;
  }
}

/** A copy of `column` with room for `capacity` values. */
export function resized<T extends Int32Array | Float64Array | Uint8Array | Uint16Array>(
  column: T,
  capacity: number,
  Column: new (length: number) => T,
): T {
  const grown = new Column(capacity);
  grown.set(column);
  return grown;
}
