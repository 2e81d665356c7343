import type { CellRows } from "../store/store.ts";
import { type Cells, CellTable } from "./cell-table.ts";

/** UTC hour indices, `[fromHour, untilHour)`. */
export interface HourRange {
  readonly fromHour: number;
  readonly untilHour: number;
}

/**
 * Sums of the hours before a guild's window, by (place, member, state).
 *
 * Invariant: they are what is stored, in flight and dirty of these hours, as a window is of its own. What is counted
 * into them later (the past is imported while somebody looks) is added as it comes.
 */
export class OlderHours {
  readonly range: HourRange;
  /** As those of an hour (`HourCells`); the window keeps them. */
  readonly totals = new Float64Array(6);
  readonly #stored: StoredCells;
  readonly #later = new CellTable(1);

  /** @param stored with the indices of the guild's record */
  constructor(range: HourRange, stored: CellRows) {
    this.range = range;
    this.#stored = new StoredCells(stored);
  }

  /** Counts what is in the range, and passes over the rest. @returns whether it is in the range */
  add(
    hour: number,
    place: number,
    member: number,
    state: number,
    messages: number,
    durationMs: number,
  ): boolean {
    if (hour < this.range.fromHour || hour >= this.range.untilHour) return false;
    this.#later.add(place, member, state, messages, durationMs);
    return true;
  }

  /** All rows; a key may be in several tables. */
  get tables(): readonly Cells[] {
    return [this.#stored, this.#later];
  }

  get byteLength(): number {
    return this.#stored.byteLength + this.#later.byteLength;
  }
}

/** Rows as the store sums them: unlike those of a {@link CellTable} their figures may be fractions. */
export class StoredCells implements Cells {
  readonly #rows: CellRows;

  constructor(rows: CellRows) {
    this.#rows = rows;
  }

  get length(): number {
    return this.#rows.place.length;
  }

  placeAt(row: number): number {
    return this.#rows.place[row] ?? 0;
  }

  memberAt(row: number): number {
    return this.#rows.member[row] ?? 0;
  }

  stateAt(row: number): number {
    return this.#rows.state[row] ?? 0;
  }

  messagesAt(row: number): number {
    return this.#rows.messages[row] ?? 0;
  }

  durationMsAt(row: number): number {
    return this.#rows.durationMs[row] ?? 0;
  }

  rowsOf(member: number, into: Int32Array): number {
    const { member: members } = this.#rows;
    let found = 0;
    for (let row = 0; row < members.length; row++) if (members[row] === member) into[found++] = row;
    return found;
  }

  rowsIn(members: Uint8Array, places: Uint8Array, into: Int32Array): number {
    const { member, place } = this.#rows;
    let found = 0;
    for (let row = 0; row < member.length; row++)
      if (places[place[row] ?? 0] === 1 && members[member[row] ?? 0] === 1) into[found++] = row;
    return found;
  }

  rowsWithTime(into: Int32Array): number {
    const { durationMs } = this.#rows;
    let found = 0;
    for (let row = 0; row < durationMs.length; row++) if (durationMs[row] !== 0) into[found++] = row;
    return found;
  }

  get byteLength(): number {
    const { place, member, state, messages, durationMs } = this.#rows;
    return [place, member, state, messages, durationMs].reduce((sum, column) => sum + column.byteLength, 0);
  }
}
