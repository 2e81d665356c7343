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
  const best: Entry[] = [];
  let bar = 0;
  for (let index = 0; index < ids.length; index++) {
    const value = scoreOf(index);
    const id = ids[index];
    if (value <= 0 || id === undefined || (best.length >= limit && value < bar)) continue;
    insert(best, { id, value });
    if (best.length > limit) best.pop();
    bar = best[best.length - 1]?.value ?? 0;
  }
  return placed(best, 1, 0, total);
}

/** How many candidates have more than zero. */
export function rankedCount({ ids, scoreOf }: Candidates): number {
  let count = 0;
  for (let index = 0; index < ids.length; index++) if (scoreOf(index) > 0) count++;
  return count;
}

/** The part `[from, from + length)` of the whole ranking, as {@link highest} orders it. */
export function span(candidates: Candidates, from: number, length: number, total: number): RankedEntry[] {
  if (from === 0) return highest(candidates, length, total);
  const { ids, scoreOf } = candidates;
  const scores = Float64Array.from(ids, (_, index) => scoreOf(index));
  const ascending = scores.filter((value) => value > 0).sort();
  const top = ascending.at(-1 - from);
  if (top === undefined || from >= ascending.length) return [];
  const bottom = ascending[Math.max(0, ascending.length - from - length)] ?? 0;
  // Few have such values: only they are put in order of id.
  const within: Entry[] = [];
  let above = 0;
  for (const [index, value] of scores.entries()) {
    const id = ids[index];
    if (value > top) above++;
    else if (value >= bottom && id !== undefined) within.push({ id, value });
  }
  within.sort((a, b) => (precedes(a, b) ? -1 : 1));
  return placed(within.slice(from - above, from - above + length), above + 1, from, total);
}

/** A candidate with up to `reach` before and after it in the whole ranking; nobody when it has zero itself. */
export function neighbours(
  { ids, scoreOf }: Candidates,
  index: number,
  reach: number,
  total: number,
): RankedEntry[] {
  const own = { id: ids[index] ?? "", value: index < 0 ? 0 : scoreOf(index) };
  if (own.value <= 0) return [];
  const [before, after]: [Entry[], Entry[]] = [[], []];
  let position = 0;
  for (let other = 0; other < ids.length; other++) {
    const value = scoreOf(other);
    const id = ids[other];
    if (value <= 0 || id === undefined || other === index) continue;
    if (value < own.value) {
      if (after.length >= reach && value < (after[reach - 1]?.value ?? 0)) continue;
    } else if (value > own.value) {
      position++;
      if (before.length >= reach && value > (before[0]?.value ?? 0)) continue;
    } else if (isOlder(id, own.id)) position++;
    const entry = { id, value };
    const side = precedes(entry, own) ? before : after;
    insert(side, entry);
    if (side.length <= reach) continue;
    if (side === before) before.shift();
    else after.pop();
  }
  const found = [...before, own, ...after];
  const first = found[0] ?? own;
  let above = 0;
  for (let other = 0; other < ids.length; other++) if (scoreOf(other) > first.value) above++;
  return placed(found, above + 1, position - before.length, total);
}

/** The place of one candidate among all with more than zero; `null` when it has zero itself, or is none (-1). */
export function rankOf({ ids, scoreOf }: Candidates, index: number): Rank {
  const own = index < 0 ? 0 : scoreOf(index);
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

/** Puts an entry where it belongs in a list that is in order. */
function insert(list: Entry[], entry: Entry): void {
  const at = list.findIndex((other) => precedes(entry, other));
  list.splice(at === -1 ? list.length : at, 0, entry);
}

/**
 * Entries that follow one another in a ranking, with their places.
 * @param firstPlace the first one's place
 * @param position how many stand before the first one; more than its place tells when it shares that
 */
function placed(
  entries: readonly Entry[],
  firstPlace: number,
  position: number,
  total: number,
): RankedEntry[] {
  let place = firstPlace;
  return entries.map(({ id, value }, index) => {
    if (index > 0 && entries[index - 1]?.value !== value) place = position + index + 1;
    return { id, value, place, share: total > 0 ? value / total : 0 };
  });
}

function precedes(a: Entry, b: Entry): boolean {
  return a.value === b.value ? isOlder(a.id, b.id) : a.value > b.value;
}
