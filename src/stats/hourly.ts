import type { CalendarDay } from "../local-day.ts";
import type { Metric } from "./views.ts";

/** What was counted, hour by hour, of the guild or of a part of it: what days, weeks and periods before are made of. */
export interface Hourly {
  /** Messages, or milliseconds of voice, in a UTC hour of the window. */
  hourValue(hour: number, metric: Metric): number;
  /** The same of the hours before the window; 0 while the store does not tell. */
  olderValue(metric: Metric): number;
  /** The same of that part of a day of the guild which is before the window; 0 without a long period. */
  olderDayValue(day: CalendarDay, metric: Metric): number;
}
