import { CellTable } from "./cell-table.ts";
import { LIFETIME, RollingSums, WINDOW_HOURS } from "./rolling-sums.ts";

/** How many hours stay in memory: 31 days, so that 30 local days are whole in every time zone. */
export const HOT_HOURS = 31 * 24;

/** One hour of one guild, and its sums as `[humans' messages, humans' voiceMs, bots' messages, bots' voiceMs]`. */
export class HourCells extends CellTable {
  readonly totals = new Float64Array(4);
}

/**
 * One guild's last 31 days by hour, and the sums that answer queries without scanning them.
 *
 * Invariants, for the current hour `head` and each window of `n` hours:
 * - a cell of hour `h` is in that window's sums exactly when `head - n < h <= head`;
 * - `#hours` holds no hour at or below `head - HOT_HOURS`; hours above `head` (Discord's clock may lead ours)
 *   wait there until `advance` reaches them.
 */
export class HotWindow {
  /** By member index. */
  readonly members = new RollingSums();
  /** By channel index, humans' activity. */
  readonly channelsByHumans = new RollingSums();
  /** By channel index, bots' activity. */
  readonly channelsByBots = new RollingSums();
  /** All time, by (channel, member). */
  readonly lifetime: CellTable;
  readonly #hours = new Map<number, HourCells>();
  readonly #isBot: (member: number) => boolean;
  #head: number;

  /**
   * @param head the current UTC hour index
   * @param lifetimeRows how many (channel, member) pairs to make room for
   */
  constructor(head: number, isBot: (member: number) => boolean, lifetimeRows = 8) {
    this.#head = head;
    this.#isBot = isBot;
    this.lifetime = new CellTable(lifetimeRows);
  }

  get head(): number {
    return this.#head;
  }

  /** Counts into an hour and into all time. */
  add(hour: number, channel: number, member: number, messages: number, voiceMs: number): void {
    this.addToHour(hour, channel, member, messages, voiceMs);
    this.addToLifetime(channel, member, messages, voiceMs);
  }

  /** Counts into an hour only: all-time totals are stored apart and loaded apart. */
  addToHour(hour: number, channel: number, member: number, messages: number, voiceMs: number): void {
    if (hour <= this.#head - HOT_HOURS) return;
    let cells = this.#hours.get(hour);
    if (cells === undefined) {
      cells = new HourCells();
      this.#hours.set(hour, cells);
    }
    cells.add(channel, member, messages, voiceMs);
    const kind = this.#isBot(member) ? 2 : 0;
    cells.totals[kind] = (cells.totals[kind] ?? 0) + messages;
    cells.totals[kind + 1] = (cells.totals[kind + 1] ?? 0) + voiceMs;
    if (hour > this.#head) return;
    const age = this.#head - hour;
    for (let period = 0; period < LIFETIME; period++) {
      if (age < (WINDOW_HOURS[period] ?? 0)) this.#addToSums(period, channel, member, messages, voiceMs);
    }
  }

  addToLifetime(channel: number, member: number, messages: number, voiceMs: number): void {
    this.lifetime.add(channel, member, messages, voiceMs);
    this.#addToSums(LIFETIME, channel, member, messages, voiceMs);
  }

  /** Moves the current hour on; going back is ignored, since a clock set back must not bring old hours back. */
  advance(hour: number): void {
    while (this.#head < hour) {
      this.#head++;
      for (let period = 0; period < LIFETIME; period++) {
        this.#addHourToSums(this.#head, period, 1);
        this.#addHourToSums(this.#head - (WINDOW_HOURS[period] ?? 0), period, -1);
      }
      this.#hours.delete(this.#head - HOT_HOURS);
    }
  }

  /** The cells of one hour, if anything was counted in it. */
  cellsOf(hour: number): HourCells | undefined {
    return this.#hours.get(hour);
  }

  get byteLength(): number {
    let bytes = this.lifetime.byteLength + this.members.byteLength;
    bytes += this.channelsByHumans.byteLength + this.channelsByBots.byteLength;
    for (const cells of this.#hours.values()) bytes += cells.byteLength + 600;
    return bytes;
  }

  #addHourToSums(hour: number, period: number, sign: 1 | -1): void {
    const cells = this.#hours.get(hour);
    if (cells === undefined) return;
    const { channel, member, messages, voiceMs } = cells;
    for (let row = 0; row < cells.length; row++) {
      this.#addToSums(
        period,
        channel[row] ?? 0,
        member[row] ?? 0,
        sign * (messages[row] ?? 0),
        sign * (voiceMs[row] ?? 0),
      );
    }
  }

  #addToSums(period: number, channel: number, member: number, messages: number, voiceMs: number): void {
    this.members.add(member, period, messages, voiceMs);
    const channels = this.#isBot(member) ? this.channelsByBots : this.channelsByHumans;
    channels.add(channel, period, messages, voiceMs);
  }
}
