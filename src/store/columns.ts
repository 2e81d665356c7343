import type { CellRows, HourRows } from "./store.ts";

/** Columns of so many rows, all 0. */
export function emptyCells(length: number): CellRows {
  return {
    place: new Int32Array(length),
    member: new Int32Array(length),
    state: new Uint16Array(length),
    messages: new Float64Array(length),
    durationMs: new Float64Array(length),
  };
}

/** Rows in typed columns that grow: how many a guild has is not known before they are read. */
export class Columns {
  #length = 0;
  #hour = new Int32Array(1_024);
  #place = new Int32Array(1_024);
  #member = new Int32Array(1_024);
  #state = new Uint16Array(1_024);
  #messages = new Float64Array(1_024);
  #durationMs = new Float64Array(1_024);

  push(
    hour: number,
    place: number,
    member: number,
    state: number,
    messages: number,
    durationMs: number,
  ): void {
    const at = this.#length++;
    if (at === this.#hour.length) this.#resize(at * 2);
    this.#hour[at] = hour;
    this.#place[at] = place;
    this.#member[at] = member;
    this.#state[at] = state;
    this.#messages[at] = messages;
    this.#durationMs[at] = durationMs;
  }

  /** The rows, in columns of just their length. */
  done(): HourRows {
    this.#resize(this.#length);
    return {
      hour: this.#hour,
      place: this.#place,
      member: this.#member,
      state: this.#state,
      messages: this.#messages,
      durationMs: this.#durationMs,
    };
  }

  #resize(length: number): void {
    const resized = <T extends Int32Array | Float64Array | Uint16Array>(column: T, empty: T): T => {
      empty.set(column.subarray(0, Math.min(length, this.#length)));
      return empty;
    };
    this.#hour = resized(this.#hour, new Int32Array(length));
    this.#place = resized(this.#place, new Int32Array(length));
    this.#member = resized(this.#member, new Int32Array(length));
    this.#state = resized(this.#state, new Uint16Array(length));
    this.#messages = resized(this.#messages, new Float64Array(length));
    this.#durationMs = resized(this.#durationMs, new Float64Array(length));
  }
}
