import type { Frame } from "./frame.ts";
import type { Hourly } from "./hourly.ts";
import { previousOf } from "./period-before.ts";
import { RhythmSums } from "./rhythm-sums.ts";
import type { Selection } from "./selection.ts";
import type { Metric, Rhythm, RhythmView } from "./views.ts";

/** When the guild is busy, from the sums of its hours. */
export function rhythmView(frame: Frame, metric: Metric, { period }: Selection): RhythmView {
  return {
    kind: "rhythm",
    metric,
    ...frame.described(period),
    totals: frame.totals(),
    previous: previousOf(frame),
    daily: frame.daily(),
    rhythm: rhythmOf(frame),
  };
}

/** Activity by hour of the week. @param hours whose; default: the guild's */
export function rhythmOf(frame: Frame, hours: Hourly = frame): Rhythm {
  const sums = new RhythmSums(frame.days, frame.record.sinceMs);
  for (let hour = sums.fromHour; hour < sums.untilHour; hour++)
    sums.add(hour, hours.hourValue(hour, "messages"), hours.hourValue(hour, "voice"));
  return sums.rhythm();
}
