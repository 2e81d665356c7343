import { type Clock, HOUR_MS } from "../clock.ts";
import { type CalendarDay, dayAt, firstHourOf } from "../local-day.ts";
import type { RollUpRequest, SumsRequest } from "./store.ts";

/** Days that are looked up in a time zone between two turns of the event loop. */
const SLICE_DAYS = 20;

/** Days that lie, wholly or in part, in a range of hours: `share` of each day `[fromDay, untilDay)`. */
export interface DayShare {
  readonly fromDay: CalendarDay;
  readonly untilDay: CalendarDay;
  /** In (0, 1]. */
  readonly share: number;
}

/** The days of a zone in a range of hours: those that it holds, and those that it cuts by the hours inside it. */
export function dayShares({ fromHour, untilHour, timeZone }: Omit<SumsRequest, "writer">): DayShare[] {
  if (fromHour >= untilHour) return [];
  const fromDay = dayAt(timeZone, fromHour * HOUR_MS);
  const untilDay = dayAt(timeZone, (untilHour - 1) * HOUR_MS) + 1;
  const shares: DayShare[] = [];
  for (const day of new Set([fromDay, untilDay - 1])) {
    const [start, end] = [firstHourOf(timeZone, day), firstHourOf(timeZone, day + 1)];
    const inside = Math.min(end, untilHour) - Math.max(start, fromHour);
    if (inside > 0) shares.push({ fromDay: day, untilDay: day + 1, share: inside / (end - start) });
  }
  if (untilDay - fromDay > 2) shares.push({ fromDay: fromDay + 1, untilDay: untilDay - 1, share: 1 });
  return shares;
}

/** A day of a zone as a range of UTC hours, cut at the end. */
export interface ZoneDay {
  readonly day: CalendarDay;
  readonly fromHour: number;
  readonly untilHour: number;
  /** How much of the day is before `untilHour`, in (0, 1]. */
  readonly share: number;
}

/** The days of a zone from `fromDay` up to an hour. */
export async function zoneDays(
  clock: Clock,
  timeZone: string,
  fromDay: CalendarDay,
  untilHour: number,
): Promise<ZoneDay[]> {
  const days: ZoneDay[] = [];
  const lastDay = dayAt(timeZone, (untilHour - 1) * HOUR_MS);
  let fromHour = firstHourOf(timeZone, fromDay);
  for (let day = fromDay; day <= lastDay; day++) {
    if ((day - fromDay) % SLICE_DAYS === SLICE_DAYS - 1) await clock.turn();
    const end = firstHourOf(timeZone, day + 1);
    const until = Math.min(end, untilHour);
    if (fromHour < until) {
      const share = (until - fromHour) / (end - fromHour);
      days.push({ day, fromHour, untilHour: until, share });
    }
    fromHour = end;
  }
  return days;
}

/** By time zone: the hour with which the day begins that `hourlyBefore` cuts; days before it are whole. */
export function dayEdges({ hourlyBefore }: RollUpRequest): (timeZone: string) => number {
  const known = new Map<string, number>();
  return (timeZone) => {
    const edge = known.get(timeZone) ?? firstHourOf(timeZone, dayAt(timeZone, hourlyBefore * HOUR_MS));
    known.set(timeZone, edge);
    return edge;
  };
}
