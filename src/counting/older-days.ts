import { HOUR_MS } from "../clock.ts";
import { type CalendarDay, dayAt } from "../local-day.ts";
import type { LongPeriod } from "../period.ts";
import type { CellRows, GuildDays, PopulationRow } from "../store/store.ts";
import { type Cells, CellTable } from "./cell-table.ts";
import { LIFETIME, LONG, WINDOW_DAYS } from "./rolling-sums.ts";
import { addToTotals, type Directory, WindowSums } from "./window-sums.ts";

/** How many days a period reaches back, today included; with the period before, where that is compared with. */
export const REACH_DAYS: Readonly<Record<LongPeriod, number>> = { "90d": 2 * 90, "1y": 365 };
/** Comings and goings are few: a record has 61 days of them by hour, which tell of the 30 days before the last 30. */
export const POPULATION_HOURS = 61 * 24;
/** By day, those of each period are known, and of the one before. */
export const POPULATION_DAYS = 2 * 365;

/** About what a day takes beside its tables. */
const DAY_BYTES = 400;

/** Comings and goings by day, as the store tells them. */
export interface OlderPopulation extends Pick<GuildDays, "population" | "membersBefore"> {
  /** From this day on a record has them by hour. */
  readonly untilDay: CalendarDay;
}

/** What was counted on one day before the window. */
export interface DayCells {
  /** As those of an hour (`HourCells`). */
  readonly totals: Float64Array;
  /** All rows; a key may be in several tables. */
  readonly tables: readonly Cells[];
}

/** What leaves a window when a day begins. */
export interface Leaving {
  /** Index of the window. */
  readonly period: number;
  readonly cells: DayCells;
}

export interface OlderDaysOptions {
  /** IANA zone name, in which days are cut. */
  readonly timeZone: string;
  /** How many days are known, today included. */
  readonly reachDays: number;
  /** The current UTC hour index. */
  readonly head: number;
  /** The first hour that is in the window. */
  readonly untilHour: number;
  readonly directory: Directory;
  /** Bits of voice states; time that has any of them is in no sum. */
  readonly uncounted: number;
}

interface Day extends DayCells {
  readonly tables: CellTable[];
  later: CellTable | null;
}

/**
 * A guild's days before its window, by (place, member, state): asked for with the first question about a long period,
 * and kept up to date from then on. Hours that leave the window come here, days that nothing reaches any more go.
 *
 * Invariants, on the day `today`:
 * - they are what is stored, in flight and dirty of the hours of `fromDay` and later that begin before the window;
 * - no day before `fromDay` is here.
 */
export class OlderDays {
  readonly timeZone: string;
  readonly reachDays: number;
  readonly #directory: Directory;
  readonly #uncounted: number;
  readonly #days = new Map<CalendarDay, Day>();
  readonly #head: number;
  readonly #untilHour: number;
  #today: CalendarDay;
  /** Until a window takes them over. */
  #sums: WindowSums | null;
  #population: OlderPopulation | null = null;

  constructor({ timeZone, reachDays, head, untilHour, directory, uncounted }: OlderDaysOptions) {
    this.timeZone = timeZone;
    this.reachDays = reachDays;
    this.#directory = directory;
    this.#uncounted = uncounted;
    this.#head = head;
    this.#untilHour = untilHour;
    this.#today = dayAt(timeZone, head * HOUR_MS);
    this.#sums = new WindowSums(directory, true);
  }

  /** The day in which the current hour begins. */
  get today(): CalendarDay {
    return this.#today;
  }

  get fromDay(): CalendarDay {
    return this.#today - this.reachDays + 1;
  }

  /** What is asked of the store: from the first hour of {@link fromDay} to this one. */
  get untilHour(): number {
    return this.#untilHour;
  }

  /** The first day of which a record that was loaded in this hour or before has all comings and goings by hour. */
  get populationUntilDay(): CalendarDay {
    return this.#dayOf(this.#head - POPULATION_HOURS - 1) + 1;
  }

  get population(): OlderPopulation | null {
    return this.#population;
  }

  /** @param notStored what the answer does not hold of all hours, oldest first */
  rememberPopulation(
    { population, membersBefore }: Pick<GuildDays, "population" | "membersBefore">,
    notStored: readonly PopulationRow[],
  ): void {
    const untilDay = this.populationUntilDay;
    const days = new Map(population.map((moved) => [moved.day, moved]));
    for (const { hour, joins, leaves, members } of notStored) {
      const day = this.#dayOf(hour);
      const known = days.get(day);
      days.set(day, {
        day,
        joins: (known?.joins ?? 0) + joins,
        leaves: (known?.leaves ?? 0) + leaves,
        members,
      });
    }
    const known = [...days.values()].filter(({ day }) => day < untilDay).sort((a, b) => a.day - b.day);
    this.#population = { population: known, membersBefore, untilDay };
  }

  /** The index of the shortest window of days that holds a day; {@link LIFETIME} when none does. */
  periodOf(day: CalendarDay): number {
    const index = WINDOW_DAYS.findIndex((days) => day > this.#today - days);
    return index === -1 ? LIFETIME : LONG + index;
  }

  /** The same, of the day in which a UTC hour begins. */
  periodOfHour(hour: number): number {
    return this.periodOf(this.#dayOf(hour));
  }

  cellsOf(day: CalendarDay): DayCells | undefined {
    return this.#days.get(day);
  }

  /** Days of which anything is known, with the index of their window, in no order. */
  *all(): Generator<{ readonly day: CalendarDay; readonly period: number; readonly cells: DayCells }> {
    for (const [day, cells] of this.#days) yield { day, period: this.periodOf(day), cells };
  }

  /** Takes rows of one day over, before a window takes the sums. @param stored with the indices of the guild's record */
  put(day: CalendarDay, stored: CellRows): void {
    const cells = new CellTable(1);
    cells.fill(stored);
    const known = this.#cellsOf(day);
    known.tables.push(cells);
    this.#sums?.addRows(this.periodOf(day), LIFETIME, stored, this.#uncounted, known.totals);
  }

  /** Counts what happened before the window on one of the days, and passes over the rest. */
  add(
    hour: number,
    place: number,
    member: number,
    state: number,
    messages: number,
    durationMs: number,
  ): void {
    const day = this.#dayOf(hour);
    if (day < this.fromDay) return;
    const cells = this.#cellsOf(day);
    this.#laterOf(cells).add(place, member, state, messages, durationMs);
    this.#count(cells.totals, this.periodOf(day), place, member, state, messages, durationMs);
  }

  /** Takes an hour over that leaves the window: its cells are in that one's sums, and stay there. */
  take(hour: number, left: Cells): void {
    const day = this.#dayOf(hour);
    // One that only ever held what is older than all days.
    if (day < this.fromDay) return;
    const cells = this.#cellsOf(day);
    const later = this.#laterOf(cells);
    for (let row = 0; row < left.length; row++) {
      const [place, member, state] = [left.placeAt(row), left.memberAt(row), left.stateAt(row)];
      const [messages, durationMs] = [left.messagesAt(row), left.durationMsAt(row)];
      later.add(place, member, state, messages, durationMs);
      if (this.#counts(state))
        addToTotals(this.#directory, cells.totals, place, member, messages, durationMs);
    }
  }

  /** The sums of all days so far; from now on the window keeps them. */
  takeSums(): WindowSums {
    const sums = this.#sums ?? new WindowSums(this.#directory, true);
    this.#sums = null;
    return sums;
  }

  /** An hour begins. @returns what leaves windows with that */
  advance(head: number): readonly Leaving[] {
    const today = this.#dayOf(head);
    const leaving: Leaving[] = [];
    while (this.#today < today) {
      this.#today++;
      for (const [index, days] of WINDOW_DAYS.entries()) {
        const cells = this.#days.get(this.#today - days);
        if (cells !== undefined) leaving.push({ period: LONG + index, cells });
      }
      this.#days.delete(this.fromDay - 1);
    }
    return leaving;
  }

  get byteLength(): number {
    let bytes = 0;
    for (const { tables } of this.#days.values())
      bytes += tables.reduce((sum, table) => sum + table.byteLength, DAY_BYTES);
    return bytes;
  }

  #count(
    totals: Float64Array,
    period: number,
    place: number,
    member: number,
    state: number,
    messages: number,
    durationMs: number,
  ): void {
    if (!this.#counts(state)) return;
    addToTotals(this.#directory, totals, place, member, messages, durationMs);
    this.#sums?.add(period, LIFETIME, place, member, messages, durationMs);
  }

  #counts(state: number): boolean {
    return (state & this.#uncounted) === 0;
  }

  #dayOf(hour: number): CalendarDay {
    return dayAt(this.timeZone, hour * HOUR_MS);
  }

  #cellsOf(day: CalendarDay): Day {
    let cells = this.#days.get(day);
    if (cells === undefined) {
      cells = { totals: new Float64Array(6), tables: [], later: null };
      this.#days.set(day, cells);
    }
    return cells;
  }

  #laterOf(cells: Day): CellTable {
    if (cells.later === null) {
      cells.later = new CellTable();
      cells.tables.push(cells.later);
    }
    return cells.later;
  }
}
