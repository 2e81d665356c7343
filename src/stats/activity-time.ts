import type { Cells } from "../counting/cell-table.ts";
import { HOT_HOURS } from "../counting/hot-window.ts";
import { LIFETIME, LONG, PERIOD_COUNT, WINDOW_HOURS } from "../counting/rolling-sums.ts";
import type { CalendarDay } from "../local-day.ts";
import { isLong } from "../period.ts";
import { byPeriod, periodIndex } from "./by-period.ts";
import type { Frame } from "./frame.ts";
import type { ActivitySeries, ByPeriod, Period } from "./views.ts";

/** Time in some of a guild's activities, summed by member, by activity and by hour. */
export class ActivityTime {
  readonly #frame: Frame;
  readonly #asked: Period;
  readonly #period: number;
  /** By place: 1 for the activities that are summed. */
  readonly #isSummed: Uint8Array;
  readonly #onlyMember: number | null;
  readonly #byMember: Float64Array;
  readonly #byPlace: Float64Array;
  /** By age: of the current hour first. */
  readonly #byAge = new Float64Array(HOT_HOURS);
  readonly #byDay = new Map<CalendarDay, number>();
  /** Who did what in the period: activity → members. */
  readonly #who = new Map<number, Set<number>>();

  /**
   * @param period the one in which members of an activity are told apart
   * @param isSummed whether an activity, by its index among the places, is in the sums
   * @param onlyMember index of the member whose time alone is summed; `null`: everyone's
   */
  constructor(
    frame: Frame,
    period: Period,
    isSummed: (place: number) => boolean = () => true,
    onlyMember: number | null = null,
  ) {
    const { places, members } = frame.record;
    this.#frame = frame;
    this.#asked = period;
    this.#period = periodIndex(period);
    this.#isSummed = Uint8Array.from(places.ids, (_, place) =>
      places.isActivity(place) && isSummed(place) ? 1 : 0,
    );
    this.#onlyMember = onlyMember;
    this.#byMember = new Float64Array(members.size * PERIOD_COUNT);
    this.#byPlace = new Float64Array(places.size * PERIOD_COUNT);
    this.#readHours();
    if (isLong(period)) this.#readDays();
    this.#add(frame.hot.lifetime, LIFETIME, LIFETIME + 1);
  }

  /** Whether a cell is in the sums. */
  #counts(place: number, member: number): boolean {
    if (this.#isSummed[place] !== 1 || !this.#frame.includes(member)) return false;
    return this.#onlyMember === null || member === this.#onlyMember;
  }

  /** Milliseconds of a member, by the index of a period. */
  ofMember(member: number, period: number): number {
    return this.#byMember[member * PERIOD_COUNT + period] ?? 0;
  }

  /** Milliseconds in an activity, by the index of a period. */
  ofPlace(place: number, period: number): number {
    return this.#byPlace[place * PERIOD_COUNT + period] ?? 0;
  }

  /** How many members did it in the period. */
  membersOf(place: number): number {
    return this.#who.get(place)?.size ?? 0;
  }

  /** Milliseconds in a UTC hour of the window. */
  hourMs(hour: number): number {
    return this.#byAge[this.#frame.hot.head - hour] ?? 0;
  }

  /** Milliseconds in the hours before the window; 0 while the store does not tell. */
  olderMs(): number {
    let sum = 0;
    for (const cells of this.#frame.hot.older?.tables ?? []) {
      for (let row = 0; row < cells.length; row++)
        if (this.#counts(cells.placeAt(row), cells.memberAt(row))) sum += cells.durationMsAt(row);
    }
    return sum;
  }

  /** Milliseconds of that part of a day which is before the window; 0 without a long period. */
  dayMs(day: CalendarDay): number {
    return this.#byDay.get(day) ?? 0;
  }

  daily(): ActivitySeries {
    const durationMs = this.#frame.dailyOf(
      (hour) => this.hourMs(hour),
      (day) => this.dayMs(day),
    );
    return { ...this.#frame.dates(), durationMs };
  }

  totals(): ByPeriod<number> {
    return byPeriod(this.#asked, (period) => this.#over(this.#byPlace, period, (ms) => ms));
  }

  /** How many members have any time. */
  contributors(): ByPeriod<number> {
    return byPeriod(this.#asked, (period) => this.#over(this.#byMember, period, (ms) => (ms > 0 ? 1 : 0)));
  }

  #over(sums: Float64Array, period: number, of: (ms: number) => number): number {
    let sum = 0;
    for (let at = period; at < sums.length; at += PERIOD_COUNT) sum += of(sums[at] ?? 0);
    return sum;
  }

  #readHours(): void {
    const { hot } = this.#frame;
    let period = 0;
    for (let age = 0; age < HOT_HOURS; age++) {
      const cells = hot.cellsOf(hot.head - age);
      if (cells === undefined) continue;
      // The shortest window that holds the hour only ever grows.
      while (period < LONG && age >= (WINDOW_HOURS[period] ?? 0)) period++;
      this.#byAge[age] = this.#add(cells, period, LIFETIME);
    }
  }

  #readDays(): void {
    for (const { day, period, cells } of this.#frame.hot.days?.all() ?? []) {
      const sum = cells.tables.reduce((ms, table) => ms + this.#add(table, period, LIFETIME), 0);
      this.#byDay.set(day, sum);
    }
  }

  /** Adds cells to the periods `[fromPeriod, untilPeriod)`. @returns their milliseconds */
  #add(cells: Cells, fromPeriod: number, untilPeriod: number): number {
    let sum = 0;
    for (let row = 0; row < cells.length; row++) {
      const what = cells.placeAt(row);
      const who = cells.memberAt(row);
      if (!this.#counts(what, who)) continue;
      const ms = cells.durationMsAt(row);
      sum += ms;
      for (let period = fromPeriod; period < untilPeriod; period++) {
        const [ofMember, ofPlace] = [who * PERIOD_COUNT + period, what * PERIOD_COUNT + period];
        this.#byMember[ofMember] = (this.#byMember[ofMember] ?? 0) + ms;
        this.#byPlace[ofPlace] = (this.#byPlace[ofPlace] ?? 0) + ms;
        if (period === this.#period && ms > 0) this.#sawMember(what, who);
      }
    }
    return sum;
  }

  #sawMember(place: number, member: number): void {
    const members = this.#who.get(place) ?? new Set<number>();
    this.#who.set(place, members.add(member));
  }
}
