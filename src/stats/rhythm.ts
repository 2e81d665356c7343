import { MESSAGES, VOICE_MS } from "../counting/rolling-sums.ts";
import type { Frame } from "./frame.ts";
import { unknownPrevious } from "./previous.ts";
import { RhythmSums } from "./rhythm-sums.ts";
import type { Selection } from "./selection.ts";
import type { Metric, RhythmView } from "./views.ts";

/** When the guild is busy, from the sums of its hours. */
export function rhythmView(frame: Frame, metric: Metric, { period }: Selection): RhythmView {
  const sums = new RhythmSums(frame.days, frame.record.sinceMs);
  for (let hour = sums.fromHour; hour < sums.untilHour; hour++)
    sums.add(hour, frame.hourValue(hour, MESSAGES), frame.hourValue(hour, VOICE_MS));
  return {
    kind: "rhythm",
    metric,
    ...frame.described(period),
    totals: frame.totals(),
    previous: unknownPrevious(),
    daily: frame.daily(),
    rhythm: sums.rhythm(),
  };
}
