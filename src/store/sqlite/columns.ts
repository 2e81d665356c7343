import type { HourRows } from "../store.ts";

/** Rows in typed columns that grow: how many a guild has is not known before they are read. */
export class Columns {
  #length = 0;
  #hour = new Int32Array(1_024);
  #channel = new Int32Array(1_024);
  #member = new Int32Array(1_024);
  #messages = new Float64Array(1_024);
  #voiceMs = new Float64Array(1_024);

  push(hour: number, channel: number, member: number, messages: number, voiceMs: number): void {
    const at = this.#length++;
    if (at === this.#hour.length) this.#resize(at * 2);
    this.#hour[at] = hour;
    this.#channel[at] = channel;
    this.#member[at] = member;
    this.#messages[at] = messages;
    this.#voiceMs[at] = voiceMs;
  }

  /** The rows, in columns of just their length. */
  done(): HourRows {
    this.#resize(this.#length);
    return {
      hour: this.#hour,
      channel: this.#channel,
      member: this.#member,
      messages: this.#messages,
      voiceMs: this.#voiceMs,
    };
  }

  #resize(length: number): void {
    const resized = <T extends Int32Array | Float64Array>(column: T, empty: T): T => {
      empty.set(column.subarray(0, Math.min(length, this.#length)));
      return empty;
    };
    this.#hour = resized(this.#hour, new Int32Array(length));
    this.#channel = resized(this.#channel, new Int32Array(length));
    this.#member = resized(this.#member, new Int32Array(length));
    this.#messages = resized(this.#messages, new Float64Array(length));
    this.#voiceMs = resized(this.#voiceMs, new Float64Array(length));
  }
}
