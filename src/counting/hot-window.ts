import type { CellRows } from "../store/store.ts";
import { type Cells, CellTable } from "./cell-table.ts";
import { OlderDays } from "./older-days.ts";
import { type HourRange, type OlderHours, StoredCells } from "./older-hours.ts";
import { LIFETIME, LONG, PERIOD_COUNT, type RollingSums, WINDOW_HOURS } from "./rolling-sums.ts";
import { addToTotals, type Directory, WindowSums } from "./window-sums.ts";

/** How many hours stay in memory: 31 days, so that 30 local days are whole in every time zone. */
export const HOT_HOURS = 31 * 24;

const [, , LONGEST_HOURS] = WINDOW_HOURS;
/** Rows trimmed when an hour begins: a millisecond's work. An hour has fewer, unless the past is imported meanwhile. */
const TRIMMED_ROWS = 65_536;

/** The hours that the time before the longest window has, and memory does not. @param head the current hour */
export function olderRange(head: number): HourRange {
  return { fromHour: head - 2 * LONGEST_HOURS + 1, untilHour: head - HOT_HOURS + 1 };
}

/** One hour of one guild, and its sums: `totals[kind * 3 + metric]`, kind 0 for humans and 1 for bots. */
export class HourCells extends CellTable {
  readonly totals = new Float64Array(6);
}

/**
 * One guild's last 31 days by hour, and the sums that answer queries without scanning them.
 *
 * Invariants, for the current hour `head` and each window of `n` hours:
 * - a cell of hour `h` is in that window's sums exactly when `head - n < h <= head` and its state counts;
 * - with `days` that reach as far, it is in a window of days exactly when its hour begins on one of them, and is not to
 *   come; without them there are no sums of such a window;
 * - `#hours` holds no hour at or below `head - HOT_HOURS`; hours above `head` (Discord's clock may lead ours)
 *   wait there until `advance` reaches them;
 * - every hour that is not trimmed is in `#loose`;
 * - `older`, if there is one, is of `olderRange(head)`; `days`, if there are any, are of all hours before `#hours`.
 */
export class HotWindow {
  #lifetime = new CellTable();
  readonly #hours = new Map<number, HourCells>();
  /** Hours that were added to since they were trimmed, if ever. */
  readonly #loose = new Set<number>();
  readonly #sums: WindowSums;
  #older: OlderHours | null = null;
  #days: OlderDays | null = null;
  #lastHour = Number.NaN;
  #lastCells: HourCells | null = null;
  readonly #directory: Directory;
  readonly #uncounted: number;
  #head: number;

  /**
   * @param head the current UTC hour index
   * @param uncounted bits of voice states; time that has any of them is kept, but is in no sum
   */
  constructor(head: number, directory: Directory, uncounted: number) {
    this.#head = head;
    this.#directory = directory;
    this.#uncounted = uncounted;
    this.#sums = new WindowSums(directory);
  }

  /** All time, by (place, member, state). */
  get lifetime(): CellTable {
    return this.#lifetime;
  }

  /** Makes room for all-time rows, before the first of them. */
  expectLifetime(rows: number): void {
    this.#lifetime = new CellTable(rows);
  }

  get head(): number {
    return this.#head;
  }

  /** By member index. */
  get members(): RollingSums {
    return this.#sums.members;
  }

  /** By place index, humans' activity. */
  get placesByHumans(): RollingSums {
    return this.#sums.placesByHumans;
  }

  /** By place index, bots' activity. */
  get placesByBots(): RollingSums {
    return this.#sums.placesByBots;
  }

  /** The first hour that is in memory. */
  get fromHour(): number {
    return this.#head - HOT_HOURS + 1;
  }

  /** The days before, for long periods; `null` until one is asked for. */
  get days(): OlderDays | null {
    return this.#days;
  }

  /** Days of this hour with nothing in them yet. @param reachDays how many, today included */
  emptyDays(timeZone: string, reachDays: number): OlderDays {
    return new OlderDays({
      timeZone,
      reachDays,
      head: this.#head,
      untilHour: this.fromHour,
      directory: this.#directory,
      uncounted: this.#uncounted,
    });
  }

  /** @param days made of {@link emptyDays} in this very hour */
  rememberDays(days: OlderDays): void {
    this.#sums.lengthen(days.takeSums());
    const [, , longest] = WINDOW_HOURS;
    for (let hour = this.fromHour; hour <= this.#head - longest; hour++)
      this.#addHourToSums(hour, LONG, LIFETIME, 1);
    this.#days = days;
  }

  /** Makes room: they are asked for again when a long period is. */
  forgetDays(): void {
    this.#days = null;
    this.#sums.shorten();
  }

  /** The hours before, for comparing; `null` until they are asked for, anew each hour. */
  get older(): OlderHours | null {
    return this.#older;
  }

  /** @param older of {@link olderRange} of this very hour */
  remember(older: OlderHours): void {
    for (const cells of older.tables) {
      for (let row = 0; row < cells.length; row++) {
        const [place, member, state] = [cells.placeAt(row), cells.memberAt(row), cells.stateAt(row)];
        this.#addToTotals(older.totals, place, member, state, cells.messagesAt(row), cells.durationMsAt(row));
      }
    }
    this.#older = older;
  }

  /** Whether time spent in this state is in the sums. */
  counts(state: number): boolean {
    return (state & this.#uncounted) === 0;
  }

  /** Counts into an hour and into all time. */
  add(
    hour: number,
    place: number,
    member: number,
    state: number,
    messages: number,
    durationMs: number,
  ): void {
    this.#addCell(hour, place, member, state, messages, durationMs);
    this.#lifetime.add(place, member, state, messages, durationMs);
    if (this.counts(state))
      this.#sums.add(this.#firstPeriodOf(hour), PERIOD_COUNT, place, member, messages, durationMs);
  }

  /**
   * Takes an hour's rows over, into the hour only: all-time totals are stored apart and loaded apart. Those of an hour of
   * which the window has nothing yet come in trimmed.
   * @param rows no key twice, with the indices of the guild's record
   */
  putHour(hour: number, rows: CellRows): void {
    if (hour < this.fromHour || this.#hours.has(hour)) {
      const stored = new StoredCells(rows);
      for (let row = 0; row < stored.length; row++) {
        const [place, member, state] = [stored.placeAt(row), stored.memberAt(row), stored.stateAt(row)];
        this.#addToHour(hour, place, member, state, stored.messagesAt(row), stored.durationMsAt(row));
      }
      return;
    }
    const cells = new HourCells(1);
    cells.fill(rows);
    this.#hours.set(hour, cells);
    this.#sums.addRows(this.#firstPeriodOf(hour), LIFETIME, rows, this.#uncounted, cells.totals);
  }

  addToLifetime(place: number, member: number, state: number, messages: number, durationMs: number): void {
    this.#lifetime.add(place, member, state, messages, durationMs);
    if (this.counts(state)) this.#sums.add(LIFETIME, PERIOD_COUNT, place, member, messages, durationMs);
  }

  /** Moves the current hour on; going back is ignored, since a clock set back must not bring old hours back. */
  advance(hour: number): void {
    if (this.#head >= hour) return;
    while (this.#head < hour) {
      this.#head++;
      this.#older = null;
      // Nearly always nothing: what was counted ahead of the clock.
      this.#addHourToSums(this.#head, 0, LIFETIME, 1);
      for (const [period, hours] of WINDOW_HOURS.entries())
        this.#addHourToSums(this.#head - hours, period, period + 1, -1);
      const left = this.#head - HOT_HOURS;
      const cells = this.#hours.get(left);
      if (cells !== undefined) this.#days?.take(left, cells);
      this.#hours.delete(left);
      for (const { period, cells: gone } of this.#days?.advance(this.#head) ?? [])
        for (const table of gone.tables) this.#addToSums(table, period, period + 1, -1);
    }
    this.#lastCells = null;
    this.#trimPast();
  }

  /** The cells of one hour, if anything was counted in it. */
  cellsOf(hour: number): HourCells | undefined {
    return this.#hours.get(hour);
  }

  get byteLength(): number {
    let bytes = this.#lifetime.byteLength + this.#sums.byteLength;
    bytes += (this.#older?.byteLength ?? 0) + (this.#days?.byteLength ?? 0);
    for (const cells of this.#hours.values()) bytes += cells.byteLength + 600;
    return bytes;
  }

  #addToHour(
    hour: number,
    place: number,
    member: number,
    state: number,
    messages: number,
    durationMs: number,
  ): void {
    this.#addCell(hour, place, member, state, messages, durationMs);
    if (this.counts(state))
      this.#sums.add(this.#firstPeriodOf(hour), LIFETIME, place, member, messages, durationMs);
  }

  #addCell(
    hour: number,
    place: number,
    member: number,
    state: number,
    messages: number,
    durationMs: number,
  ): void {
    if (hour <= this.#head - HOT_HOURS) {
      const older = this.#older;
      if (older?.add(hour, place, member, state, messages, durationMs))
        this.#addToTotals(older.totals, place, member, state, messages, durationMs);
      this.#days?.add(hour, place, member, state, messages, durationMs);
      return;
    }
    let cells = this.#lastCells;
    if (hour !== this.#lastHour || cells === null) {
      // Nearly all counting is in the current hour: one comparison spares the lookup.
      cells = this.#hours.get(hour) ?? new HourCells();
      this.#hours.set(hour, cells);
      this.#loose.add(hour);
      this.#lastHour = hour;
      this.#lastCells = cells;
    }
    cells.add(place, member, state, messages, durationMs);
    this.#addToTotals(cells.totals, place, member, state, messages, durationMs);
  }

  #trimPast(): void {
    let room = TRIMMED_ROWS;
    for (const hour of this.#loose) {
      if (hour >= this.#head) continue;
      if (room <= 0) return;
      const cells = this.#hours.get(hour);
      cells?.trim();
      room -= cells?.length ?? 0;
      this.#loose.delete(hour);
    }
  }

  #addToTotals(
    totals: Float64Array,
    place: number,
    member: number,
    state: number,
    messages: number,
    durationMs: number,
  ): void {
    if (this.counts(state)) addToTotals(this.#directory, totals, place, member, messages, durationMs);
  }

  /** The shortest window that holds the hour; `LIFETIME` when none does, as for hours to come. */
  #firstPeriodOf(hour: number): number {
    const age = this.#head - hour;
    if (age < 0) return LIFETIME;
    if (age >= HOT_HOURS) return this.#days?.periodOfHour(hour) ?? LIFETIME;
    let period = 0;
    while (period < LONG && age >= (WINDOW_HOURS[period] ?? 0)) period++;
    return period;
  }

  #addHourToSums(hour: number, from: number, until: number, sign: 1 | -1): void {
    const cells = this.#hours.get(hour);
    if (cells !== undefined) this.#addToSums(cells, from, until, sign);
  }

  /** Adds cells to the sums of the periods `[from, until)`, or takes them away. */
  #addToSums(cells: Cells, from: number, until: number, sign: 1 | -1): void {
    for (let row = 0; row < cells.length; row++) {
      if (!this.counts(cells.stateAt(row))) continue;
      this.#sums.add(
        from,
        until,
        cells.placeAt(row),
        cells.memberAt(row),
        sign * cells.messagesAt(row),
        sign * cells.durationMsAt(row),
      );
    }
  }
}
