import { ACTIVITY_MS, LIFETIME } from "../counting/rolling-sums.ts";
import { activityOf, foldedName } from "../place-id.ts";
import type { Frame } from "./frame.ts";

/** The names of all activities that were counted, those of most time first; one for names that differ by case alone. */
export function activityNames({ record, hot }: Frame): readonly string[] {
  const found = new Map<string, { readonly name: string; readonly ms: number }>();
  for (let place = 0; place < record.places.size; place++) {
    const name = activityOf(record.places.ids[place] ?? "")?.name;
    if (name === undefined) continue;
    const ms =
      hot.placesByHumans.value(place, LIFETIME, ACTIVITY_MS) +
      hot.placesByBots.value(place, LIFETIME, ACTIVITY_MS);
    const known = found.get(foldedName(name));
    // As it is spelled where most time was spent.
    const spelled = known && known.ms >= ms ? known.name : name;
    if (ms > 0) found.set(foldedName(name), { name: spelled, ms: ms + (known?.ms ?? 0) });
  }
  return [...found.values()].sort((a, b) => b.ms - a.ms).map(({ name }) => name);
}
