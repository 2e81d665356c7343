import type { HourRows } from "../store/store.ts";
import { CellTable } from "./cell-table.ts";

/**
 * What was counted in one guild and is in no batch yet: differences by hour, place, member and state. A cell
 * counted a thousand times between two flushes is one row.
 */
export class DirtySet {
  readonly #hours = new Map<number, CellTable>();
  #lastHour = Number.NaN;
  #lastCells = new CellTable(1);

  add(
    hour: number,
    place: number,
    member: number,
    state: number,
    messages: number,
    durationMs: number,
  ): void {
    if (hour !== this.#lastHour) {
      // Nearly all counting is in the current hour: one comparison spares the lookup.
      this.#lastCells = this.#hours.get(hour) ?? new CellTable();
      this.#hours.set(hour, this.#lastCells);
      this.#lastHour = hour;
    }
    this.#lastCells.add(place, member, state, messages, durationMs);
  }

  /** How many rows a flush would write. */
  get size(): number {
    let rows = 0;
    for (const cells of this.#hours.values()) rows += cells.length;
    return rows;
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
    const rows: HourRows = {
      hour: new Int32Array(length),
      place: new Int32Array(length),
      member: new Int32Array(length),
      state: new Uint16Array(length),
      messages: new Float64Array(length),
      durationMs: new Float64Array(length),
    };
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
}
