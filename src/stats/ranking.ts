import { isOlder, type Snowflake } from "../snowflake.ts";
import type { Rank, RankedEntry } from "./views.ts";

/** Candidates of a ranking: index `i` has the id `ids[i]` and the value `scoreOf(i)`. */
export interface Candidates {
  readonly ids: readonly Snowflake[];
  /** Not negative; 0 keeps the candidate out. */
  scoreOf(index: number): number;
}

/**
 * The `limit` highest, highest first; equal values share the better place and stand in order of id, so that
 * two looks at the same numbers give the same list.
 */
export function highest({ ids, scoreOf }: Candidates, limit: number, total: number): RankedEntry[] {
  const best: { id: Snowflake; value: number }[] = [];
  let bar = 0;
  for (let index = 0; index < ids.length; index++) {
    const value = scoreOf(index);
    const id = ids[index];
    if (value <= 0 || id === undefined || (best.length >= limit && value < bar)) continue;
    const entry = { id, value };
    const at = best.findIndex((other) => precedes(entry, other));
    best.splice(at === -1 ? best.length : at, 0, entry);
    if (best.length > limit) best.pop();
    bar = best[best.length - 1]?.value ?? 0;
  }
  let place = 0;
  return best.map(({ id, value }, index) => {
    if (best[index - 1]?.value !== value) place = index + 1;
    return { id, value, place, share: total > 0 ? value / total : 0 };
  });
}

/** The place of one candidate among all with more than zero; `null` when it has zero itself. */
export function rankOf({ ids, scoreOf }: Candidates, index: number): Rank {
  const own = scoreOf(index);
  if (own <= 0) return null;
  let above = 0;
  let of = 0;
  for (let other = 0; other < ids.length; other++) {
    const value = scoreOf(other);
    if (value > 0) of++;
    if (value > own) above++;
  }
  return { place: above + 1, of };
}

type Entry = { readonly id: Snowflake; readonly value: number };

function precedes(a: Entry, b: Entry): boolean {
  return a.value === b.value ? isOlder(a.id, b.id) : a.value > b.value;
}
