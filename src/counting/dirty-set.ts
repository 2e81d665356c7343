import { emptyCells } from "../store/columns.ts";
import type { HourRows } from "../store/store.ts";
import { CellTable, resized } from "./cell-table.ts";

/** One for all hours: an array costs as much as some counting, and a flush of thousands of guilds makes an hour for each. */
const [NO_MESSAGES, NO_TIME] = [new Int32Array(0), new Float64Array(0)];

/** The cells of one hour, and what of each was passed on already; nothing takes room until something is. */
class DirtyHour extends CellTable {
  #passedMessages = NO_MESSAGES;
  #passedMs = NO_TIME;

  /** Passes a row's difference on. @returns whether there was one */
  passOn(hour: number, row: number, to: DirtySet["add"]): boolean {
    if (row >= this.#passedMessages.length)
      this.#passedMessages = resized(this.#passedMessages, this.length, Int32Array);
    const messages = this.messagesAt(row) - (this.#passedMessages[row] ?? 0);
    const durationMs = this.durationMsAt(row) - (this.#passedMs[row] ?? 0);
    if (messages === 0 && durationMs === 0) return false;
    to(hour, this.placeAt(row), this.memberAt(row), this.stateAt(row), messages, durationMs);
    this.#passedMessages[row] = this.messagesAt(row);
    if (durationMs === 0) return true;
    if (row >= this.#passedMs.length) this.#passedMs = resized(this.#passedMs, this.length, Float64Array);
    this.#passedMs[row] = this.durationMsAt(row);
    return true;
  }

  override get byteLength(): number {
    return super.byteLength + this.#passedMessages.byteLength + this.#passedMs.byteLength;
  }
}

/** Before the first hour; nothing is added to it. */
const NO_CELLS = new DirtyHour(1);

/**
 * What was counted in one guild and is in no batch yet: differences by hour, place, member and state. A cell
 * counted a thousand times between two flushes is one row. What was added to each row since the last time can be
 * passed on, to a window.
 */
export class DirtySet {
  readonly #hours = new Map<number, DirtyHour>();
  #lastHour = Number.NaN;
  #lastCells = NO_CELLS;
  /** Whether something was added since the last pass began. */
  #isBehind = false;
  /** The pass that is under way: the hours that it has left, and the next row of the first of them. */
  #pass: { readonly left: [hour: number, cells: DirtyHour][]; row: number } | null = null;
  readonly #expectedRows: number | undefined;

  /** @param expectedRows how many rows to make room for in the first hour that comes */
  constructor(expectedRows?: number) {
    this.#expectedRows = expectedRows;
  }

  add(
    hour: number,
    place: number,
    member: number,
    state: number,
    messages: number,
    durationMs: number,
  ): void {
    // Nearly all counting is in the current hour: one comparison spares the lookup.
    if (hour !== this.#lastHour) this.#turnTo(hour);
    this.#lastCells.add(place, member, state, messages, durationMs);
    this.#isBehind = true;
  }

  /** Whether there is something to pass on. */
  get isBehind(): boolean {
    return this.#isBehind || this.#pass !== null;
  }

  /**
   * Goes on with a pass over the rows, or begins one.
   * @param to is given what was added to a row since it was last passed on
   * @param most how many rows to pass on
   * @returns how many were; fewer than `most` when the pass is at its end
   */
  passOn(to: DirtySet["add"], most: number): number {
    if (this.#pass === null) {
      this.#pass = { left: [...this.#hours], row: 0 };
      this.#isBehind = false;
    }
    const pass = this.#pass;
    let passed = 0;
    for (let [next] = pass.left; next; [next] = pass.left) {
      const [hour, cells] = next;
      for (; pass.row < cells.length; pass.row++) {
        if (passed === most) return passed;
        if (cells.passOn(hour, pass.row, to)) passed++;
      }
      pass.left.shift();
      pass.row = 0;
    }
    this.#pass = null;
    return passed;
  }

  /** How many rows a flush would write. */
  get size(): number {
    let rows = 0;
    for (const cells of this.#hours.values()) rows += cells.length;
    return rows;
  }

  /** How many rows the hour has that was counted in last. */
  get latestRows(): number {
    return this.#lastCells.length;
  }

  get isEmpty(): boolean {
    return this.#hours.size === 0;
  }

  get byteLength(): number {
    let bytes = 0;
    for (const cells of this.#hours.values()) bytes += cells.byteLength;
    return bytes;
  }

  /** All rows in columns, hours ascending, as a store's clustered key wants them. */
  rows(): HourRows {
    const length = this.size;
    const rows: HourRows = { hour: new Int32Array(length), ...emptyCells(length) };
    let at = 0;
    for (const [hour, cells] of [...this.#hours].sort(([a], [b]) => a - b)) {
      for (let row = 0; row < cells.length; row++, at++) {
        rows.hour[at] = hour;
        rows.place[at] = cells.placeAt(row);
        rows.member[at] = cells.memberAt(row);
        rows.state[at] = cells.stateAt(row);
        rows.messages[at] = cells.messagesAt(row);
        rows.durationMs[at] = cells.durationMsAt(row);
      }
    }
    return rows;
  }

  #turnTo(hour: number): void {
    let cells = this.#hours.get(hour);
    if (cells === undefined) {
      cells = new DirtyHour(this.#hours.size === 0 ? this.#expectedRows : undefined);
      this.#hours.set(hour, cells);
    }
    this.#lastCells = cells;
    this.#lastHour = hour;
  }
}
