import { isOlder, type Snowflake } from "../snowflake.ts";
import type { Rank, RankedEntry } from "./views.ts";

/** Candidates of a ranking: index `i` has the id `ids[i]` and the value `scores[i]`. */
export interface Candidates {
  readonly ids: readonly Snowflake[];
  /** None is negative; 0, or none, keeps the candidate out. */
  readonly scores: Readonly<Float64Array>;
}

/**
 * The `limit` highest, highest first; equal values share the better place and stand in order of id, so that
 * two looks at the same numbers give the same list.
 */
export function highest({ ids, scores }: Candidates, limit: number, total: number): RankedEntry[] {
  const best: Entry[] = [];
  // What most are below comes first: of 10,000 a few are looked at again.
  let bar = Number.MIN_VALUE;
  for (let index = 0; index < scores.length; index++) {
    const value = scores[index] ?? 0;
    if (value < bar) continue;
    const id = ids[index];
    if (id === undefined) break;
    insert(best, { id, value });
    if (best.length > limit) best.pop();
    if (best.length === limit) bar = best[limit - 1]?.value ?? 0;
  }
  return placed(best, 1, 0, total);
}

/** How many candidates have more than zero. */
export function rankedCount({ scores }: Candidates): number {
  return countAbove(scores, 0);
}

function countAbove(scores: Readonly<Float64Array>, bar: number): number {
  let count = 0;
  for (let index = 0; index < scores.length; index++) if ((scores[index] ?? 0) > bar) count++;
  return count;
}

/** The part `[from, from + length)` of the whole ranking, as {@link highest} orders it. */
export function span(candidates: Candidates, from: number, length: number, total: number): RankedEntry[] {
  if (from === 0) return highest(candidates, length, total);
  const { ids, scores } = candidates;
  const ascending = scores.filter((value) => value > 0).sort();
  const top = ascending.at(-1 - from);
  if (top === undefined || from >= ascending.length) return [];
  const bottom = ascending[Math.max(0, ascending.length - from - length)] ?? 0;
  // Few have such values: only they are put in order of id.
  const within: Entry[] = [];
  let above = 0;
  for (let index = 0; index < scores.length; index++) {
    const value = scores[index] ?? 0;
    const id = ids[index];
    if (value > top) above++;
    else if (value >= bottom && id !== undefined) within.push({ id, value });
  }
  within.sort((a, b) => (precedes(a, b) ? -1 : 1));
  return placed(within.slice(from - above, from - above + length), above + 1, from, total);
}

/** A candidate with up to `reach` before and after it in the whole ranking; nobody when it has zero itself. */
export function neighbours(
  { ids, scores }: Candidates,
  index: number,
  reach: number,
  total: number,
): RankedEntry[] {
  const own = { id: ids[index] ?? "", value: scores[index] ?? 0 };
  if (own.value <= 0) return [];
  const [before, after]: [Entry[], Entry[]] = [[], []];
  let position = 0;
  // Of each side, the value of the last one that is near enough.
  let [nearest, farthest] = [Number.MIN_VALUE, Number.POSITIVE_INFINITY];
  for (let other = 0; other < scores.length; other++) {
    const value = scores[other] ?? 0;
    if (value > own.value) position++;
    if (value < nearest || value > farthest || other === index) continue;
    const id = ids[other];
    if (id === undefined) break;
    if (value === own.value && isOlder(id, own.id)) position++;
    const entry = { id, value };
    const side = precedes(entry, own) ? before : after;
    insert(side, entry);
    if (side.length > reach) {
      if (side === before) before.shift();
      else after.pop();
    }
    if (before.length === reach) farthest = before[0]?.value ?? farthest;
    if (after.length === reach) nearest = after[reach - 1]?.value ?? nearest;
  }
  const found = [...before, own, ...after];
  const first = found[0] ?? own;
  return placed(found, countAbove(scores, first.value) + 1, position - before.length, total);
}

/** The place of one candidate among all with more than zero; `null` when it has zero itself, or is none (-1). */
export function rankOf({ scores }: Candidates, index: number): Rank {
  const own = scores[index] ?? 0;
  if (own <= 0) return null;
  return { place: countAbove(scores, own) + 1, of: countAbove(scores, 0) };
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
