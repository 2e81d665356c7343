import type { Snowflake } from "../snowflake.ts";
import { Numbering, picked, type Source } from "../store/delta.ts";
import type { GuildDelta } from "../store/store.ts";
import { changesBy, countOf, joinedChanges, NO_CHANGES, type OpenChanges } from "./session-changes.ts";

/** A part of what changed in one guild, to be written in one batch. */
export interface Piece {
  readonly delta: GuildDelta;
  readonly changes: OpenChanges;
  /** Rows and changes of open sessions. */
  readonly size: number;
}

/**
 * Cuts what changed in a guild into pieces of at most `maxSize` rows and changes. Whatever tells up to where
 * something is counted goes with the counts themselves, or a crash between two pieces would lose or repeat some: the
 * newest message of a place with all its messages, and a member's open sessions with all the member's time. Such a unit is
 * never cut, so that one which is larger than `maxSize` is a piece of its own. Each row is copied once, or twice if
 * it has both: a flush of a busy guild does this in one go, between two turns of the event loop.
 * @param maxSize at least 1
 */
export function pieces(source: Source, open: OpenChanges, maxSize: number): Piece[] {
  const numbering = new Numbering(source);
  const { population } = source;
  const [first, ...rest] = [
    ...messagePieces(source, maxSize, numbering),
    ...timePieces(source, open, maxSize, numbering),
  ];
  if (first) return [{ ...first, delta: { ...first.delta, population } }, ...rest];
  if (population.length === 0) return [];
  const delta = { ...picked(source, new Int32Array(0), numbering), population };
  return [{ delta, changes: NO_CHANGES, size: 0 }];
}

function messagePieces(source: Source, maxSize: number, numbering: Numbering): Piece[] {
  const { place, messages, durationMs } = source.rows;
  const hasMessages = new Uint8Array(place.length);
  for (let row = 0; row < place.length; row++) {
    if ((messages[row] ?? 0) > 0 || durationMs[row] === 0) hasMessages[row] = 1;
  }
  const order = inOrder(place, source.places.length, hasMessages);
  return cuts(order, place, maxSize, () => 0).map(([start, end]) => {
    const delta = picked(source, order.subarray(start, end), numbering);
    delta.rows.durationMs.fill(0);
    return { delta, changes: NO_CHANGES, size: end - start };
  });
}

function timePieces(source: Source, open: OpenChanges, maxSize: number, numbering: Numbering): Piece[] {
  const { member, durationMs } = source.rows;
  const hasTime = new Uint8Array(member.length);
  for (let row = 0; row < member.length; row++) if ((durationMs[row] ?? 0) > 0) hasTime[row] = 1;
  const order = inOrder(member, source.members.length, hasTime);
  const changes = changesBy("userId", open);
  const userAt = (index: number): Snowflake => source.members.at(index)?.id ?? "";
  const made = cuts(order, member, maxSize, (index) => countOf(changes.get(userAt(index)) ?? NO_CHANGES)).map(
    ([start, end]): Piece => {
      const { places, ...delta } = picked(source, order.subarray(start, end), numbering);
      delta.rows.messages.fill(0);
      const own = joinedChanges(delta.members.flatMap(({ id }) => changes.get(id) ?? []));
      for (const { id } of delta.members) changes.delete(id);
      // Here for time alone, a place says nothing of its messages: they may be in another piece.
      const silent = places.map((place) => ({ ...place, newestMessageId: null, firstMessageId: null }));
      return {
        delta: { ...delta, places: silent },
        changes: own,
        size: end - start + countOf(own),
      };
    },
  );
  for (const own of packed([...changes.values()], maxSize)) {
    made.push({ delta: picked(source, new Int32Array(0), numbering), changes: own, size: countOf(own) });
  }
  return made;
}

/** Some rows' numbers, by key and otherwise as they were: a counting sort, for a busy guild has thousands. */
function inOrder(keys: Int32Array, size: number, isIn: Uint8Array): Int32Array {
  const starts = new Int32Array(size + 1);
  let length = 0;
  for (let row = 0; row < keys.length; row++) {
    if (isIn[row] !== 1) continue;
    const next = (keys[row] ?? 0) + 1;
    starts[next] = (starts[next] ?? 0) + 1;
    length++;
  }
  for (let key = 0; key < size; key++) starts[key + 1] = (starts[key + 1] ?? 0) + (starts[key] ?? 0);
  const order = new Int32Array(length);
  for (let row = 0; row < keys.length; row++) {
    if (isIn[row] !== 1) continue;
    const key = keys[row] ?? 0;
    const to = starts[key] ?? 0;
    order[to] = row;
    starts[key] = to + 1;
  }
  return order;
}

/**
 * Where to cut rows that are in the order of their keys, so that no key is cut.
 * @param beside how much goes with a key beside its rows
 */
function cuts(
  order: Int32Array,
  keys: Int32Array,
  maxSize: number,
  beside: (key: number) => number,
): [start: number, end: number][] {
  const made: [number, number][] = [];
  let start = 0;
  let size = 0;
  for (let at = 0; at < order.length; ) {
    const key = keys[order[at] ?? 0] ?? 0;
    let end = at + 1;
    while (end < order.length && keys[order[end] ?? 0] === key) end++;
    const unit = end - at + beside(key);
    if (size > 0 && size + unit > maxSize) {
      made.push([start, at]);
      start = at;
      size = 0;
    }
    size += unit;
    at = end;
  }
  if (order.length > start) made.push([start, order.length]);
  return made;
}

/** Changes of different members put together, none of a member's apart from the others. */
function packed(changes: readonly OpenChanges[], maxSize: number): OpenChanges[] {
  const packs: OpenChanges[][] = [];
  let size = maxSize;
  for (const own of changes) {
    if (size + countOf(own) > maxSize) {
      packs.push([]);
      size = 0;
    }
    packs.at(-1)?.push(own);
    size += countOf(own);
  }
  return packs.map(joinedChanges);
}
