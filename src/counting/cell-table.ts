import { emptyCells } from "../store/columns.ts";
import type { CellRows } from "../store/store.ts";

const INITIAL_ROWS = 8;
/** Up to this many rows a scan of one cache line or two beats hashing, and the index costs no memory. */
const UNINDEXED_ROWS = 8;

function hash(place: number, member: number, state: number): number {
  // Fibonacci mixing: the indices are small and dense, so their high bits carry nothing.
  const mixed = Math.imul(place, 0x9e3779b1) ^ Math.imul(member, 0x85ebca6b) ^ Math.imul(state, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

/** Where a row's numbers are among the four of a row. */
const [PLACE, MEMBER, STATE, MESSAGES] = [0, 1, 2, 3] as const;
const STRIDE = 4;

/** One for all tables: an empty array takes as much as ten rows, and a guild has hundreds of tables. */
const [NO_TIME, NO_SLOTS] = [new Float64Array(0), new Int32Array(0)];

/** Rows that can be read, as a {@link CellTable} has them. */
export type Cells = Pick<
  CellTable,
  | "length"
  | "placeAt"
  | "memberAt"
  | "stateAt"
  | "messagesAt"
  | "durationMsAt"
  | "rowsOf"
  | "rowsIn"
  | "rowsWithTime"
>;

/**
 * Counters keyed by (place index, member index, voice state), in typed arrays: 16 bytes a row, and 8 more for one that
 * has time, where nested Maps take 110. What identifies a row lies beside its messages, in 16 bytes: finding and counting one among 100,000 waits
 * for memory, and so waits once. Rows `0 … length - 1` are dense; none is ever removed, and only {@link trim} changes
 * their order.
 *
 * Invariants: `#slots` is empty (not indexed), or its length is a power of two above 1.5 × length and it holds
 * row + 1 for every row, under linear probing. No row beyond `#durationMs` has time.
 */
export class CellTable {
  #length = 0;
  #rows: Int32Array;
  #durationMs = NO_TIME;
  #slots = NO_SLOTS;

  /** @param rows how many rows to make room for */
  constructor(rows: number = INITIAL_ROWS) {
    const capacity = Math.max(1, rows);
    this.#rows = new Int32Array(capacity * STRIDE);
    if (capacity > UNINDEXED_ROWS) this.#index(capacity);
  }

  get length(): number {
    return this.#length;
  }

  placeAt(row: number): number {
    return this.#rows[row * STRIDE + PLACE] ?? 0;
  }

  memberAt(row: number): number {
    return this.#rows[row * STRIDE + MEMBER] ?? 0;
  }

  /** How the time was spent, as `voice-state.ts` writes it; 0 for messages and activities. */
  stateAt(row: number): number {
    return this.#rows[row * STRIDE + STATE] ?? 0;
  }

  /** Messages; below 2^31 a cell, which a member at Discord's rate limits cannot reach in a lifetime. */
  messagesAt(row: number): number {
    return this.#rows[row * STRIDE + MESSAGES] ?? 0;
  }

  /** Milliseconds in voice, or in an activity. */
  durationMsAt(row: number): number {
    return this.#durationMs[row] ?? 0;
  }

  #columns(): CellRows {
    const rows = emptyCells(this.#length);
    for (let row = 0; row < this.#length; row++) {
      rows.place[row] = this.placeAt(row);
      rows.member[row] = this.memberAt(row);
      rows.state[row] = this.stateAt(row);
      rows.messages[row] = this.messagesAt(row);
      rows.durationMs[row] = this.durationMsAt(row);
    }
    return rows;
  }

  /** Adds to one cell, making it when it is new. */
  add(place: number, member: number, state: number, messages: number, durationMs: number): void {
    const row = this.#rowFor(place, member, state);
    const at = row * STRIDE + MESSAGES;
    this.#rows[at] = (this.#rows[at] ?? 0) + messages;
    if (durationMs !== 0) this.#addTime(row, durationMs);
  }

  /**
   * Lets go of the room for more rows and more time, and of the index. For a table that is hardly added to any more; what
   * is added all the same makes them anew.
   */
  trim(): void {
    this.fill(this.#columns());
  }

  /** Becomes rows of which no key comes twice, unless nothing is added to them; in a table that is trimmed. */
  fill({ place, member, state, messages, durationMs: time }: CellRows): void {
    const { length } = place;
    let timed = 0;
    for (let row = 0; row < length; row++) if (time[row] !== 0) timed++;
    const rows = new Int32Array(Math.max(1, length) * STRIDE);
    const durationMs = timed === 0 ? NO_TIME : new Float64Array(timed);
    // Those that have time come first: the others then need no room for it.
    let [nextTimed, next] = [0, timed];
    for (let row = 0; row < length; row++) {
      const ms = time[row] ?? 0;
      const to = ms === 0 ? next++ : nextTimed++;
      if (ms !== 0) durationMs[to] = ms;
      const at = to * STRIDE;
      rows[at + PLACE] = place[row] ?? 0;
      rows[at + MEMBER] = member[row] ?? 0;
      rows[at + STATE] = state[row] ?? 0;
      rows[at + MESSAGES] = messages[row] ?? 0;
    }
    this.#rows = rows;
    this.#durationMs = durationMs;
    this.#slots = NO_SLOTS;
    this.#length = length;
  }

  /** Writes a member's rows into `into`, which has room for all rows. @returns how many it has */
  rowsOf(member: number, into: Int32Array): number {
    const [rows, end] = [this.#rows, this.#length * STRIDE];
    let found = 0;
    for (let at = MEMBER; at < end; at += STRIDE) if (rows[at] === member) into[found++] = at >> 2;
    return found;
  }

  /**
   * The same, of the rows of several members and places.
   * @param members by index: 1 for those who are meant
   * @param places by index: 1 for those that are meant
   */
  rowsIn(members: Uint8Array, places: Uint8Array, into: Int32Array): number {
    const [rows, end] = [this.#rows, this.#length * STRIDE];
    let found = 0;
    for (let at = 0; at < end; at += STRIDE)
      if (places[rows[at + PLACE] ?? 0] === 1 && members[rows[at + MEMBER] ?? 0] === 1)
        into[found++] = at >> 2;
    return found;
  }

  /** The same, of the rows that have any time. */
  rowsWithTime(into: Int32Array): number {
    const [times, length] = [this.#durationMs, Math.min(this.#length, this.#durationMs.length)];
    let found = 0;
    for (let row = 0; row < length; row++) if (times[row] !== 0) into[found++] = row;
    return found;
  }

  /** Bytes held by the rows and the index. */
  get byteLength(): number {
    return this.#rows.byteLength + this.#durationMs.byteLength + this.#slots.byteLength;
  }

  #rowFor(place: number, member: number, state: number): number {
    if (this.#slots.length === 0 && this.#length <= UNINDEXED_ROWS) {
      for (let row = 0; row < this.#length; row++) if (this.#isAt(row, place, member, state)) return row;
      if (this.#length < UNINDEXED_ROWS) return this.#append(place, member, state);
    }
    if (this.#length * 3 >= this.#slots.length * 2) this.#index(this.#length * 2);
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
    const at = row * STRIDE;
    const rows = this.#rows;
    return rows[at + MEMBER] === member && rows[at + PLACE] === place && rows[at + STATE] === state;
  }

  #append(place: number, member: number, state: number): number {
    const row = this.#length;
    // By half: what is doubled is a third empty for as long as a guild is in memory.
    if (row === this.#capacity) this.#rows = resized(this.#rows, (row + (row >> 1) + 1) * STRIDE, Int32Array);
    const at = row * STRIDE;
    this.#rows[at + PLACE] = place;
    this.#rows[at + MEMBER] = member;
    this.#rows[at + STATE] = state;
    this.#length = row + 1;
    return row;
  }

  get #capacity(): number {
    return this.#rows.length / STRIDE;
  }

  #addTime(row: number, durationMs: number): void {
    if (row >= this.#durationMs.length)
      this.#durationMs = resized(this.#durationMs, this.#capacity, Float64Array);
    this.#durationMs[row] = (this.#durationMs[row] ?? 0) + durationMs;
  }

  #index(rows: number): void {
    let size = 16;
    while (size <= rows * 1.5) size *= 2;
    const slots = new Int32Array(size);
    for (let row = 0; row < this.#length; row++) {
      let slot = hash(this.placeAt(row), this.memberAt(row), this.stateAt(row)) & (size - 1);
      while (slots[slot]) slot = (slot + 1) & (size - 1);
      slots[slot] = row + 1;
    }
    this.#slots = slots;
  }
}

/** A copy of `column` with room for `capacity` values, of which those beyond it are left out. */
export function resized<T extends Int32Array | Float64Array | Uint8Array>(
  column: T,
  capacity: number,
  Column: new (length: number) => T,
): T {
  const other = new Column(capacity);
  other.set(column.length > capacity ? column.subarray(0, capacity) : column);
  return other;
}
