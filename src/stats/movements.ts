import { POPULATION_DAYS } from "../counting/older-days.ts";
import { type CalendarDay, firstHourOf } from "../local-day.ts";
import { isLong } from "../period.ts";
import { daySpan } from "./days.ts";
import type { Frame } from "./frame.ts";
import type { Movement } from "./views.ts";

/** Comings and goings of an hour, or of a day of which the hours are not in memory any more. */
export interface Moved extends Movement {
  /** The first UTC hour index. */
  readonly fromHour: number;
  /** How many members there were at the end. */
  readonly members: number;
}

/** All that is known of who came and went: by hour, and for a long period by day before that. */
export class Movements {
  /** Oldest first. */
  readonly rows: readonly Moved[];
  /** How many members there were before the first row; `null`: that was not heard. */
  readonly membersBefore: number | null;
  readonly #timeZone: string;
  /** First hours of days, from `#firstDay` on. */
  readonly #starts: Int32Array;
  readonly #firstDay: CalendarDay;

  constructor({ record, hot, period, shown }: Frame) {
    const days = isLong(period) ? hot.days : null;
    // Cut once a day, not for each question.
    const span = days === null ? shown : daySpan(days.timeZone, days.today, POPULATION_DAYS);
    this.#timeZone = span.timeZone;
    this.#starts = span.starts;
    this.#firstDay = span.firstDay;
    const older = days?.population ?? null;
    const untilHour = older === null ? Number.NEGATIVE_INFINITY : this.firstHourOf(older.untilDay);
    this.membersBefore = older?.membersBefore ?? null;
    this.rows = [
      ...(older?.population ?? []).map(({ day, ...moved }) => ({
        ...moved,
        fromHour: this.firstHourOf(day),
      })),
      ...record.population
        .filter(({ hour }) => hour >= untilHour)
        .map(({ hour, ...moved }) => ({ ...moved, fromHour: hour })),
    ];
  }

  /** Of a day of the guild, as a UTC hour index. */
  firstHourOf(day: CalendarDay): number {
    return this.#starts[day - this.#firstDay] ?? firstHourOf(this.#timeZone, day);
  }

  /** Of the hours `[fromHour, untilHour)`, which cut no day that is known as a whole. */
  within(fromHour: number, untilHour: number): Movement {
    let [joins, leaves] = [0, 0];
    for (const row of this.rows) {
      if (row.fromHour < fromHour || row.fromHour >= untilHour) continue;
      joins += row.joins;
      leaves += row.leaves;
    }
    return { joins, leaves };
  }
}
