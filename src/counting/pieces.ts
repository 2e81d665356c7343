import { Numbering, picked, rowsIn, type Source } from "../store/delta.ts";
import type { GuildDelta } from "../store/store.ts";
import { countOf, NO_CHANGES, type OpenChanges } from "./session-changes.ts";

/** How a guild's open sessions stand at the moment of a cut. */
export interface Settled {
  /** Up to when the time of all of them is counted, Unix milliseconds; `null`: as an earlier run left it. */
  readonly settledMs: number | null;
  /** What the store must be told of them. */
  readonly changes: OpenChanges;
}

/** A part of what changed in one guild, to be written in one batch. */
export interface Piece extends Settled {
  readonly delta: GuildDelta;
  /** Rows and changes of open sessions. */
  readonly size: number;
}

/** A piece that says nothing of time. */
const OF_MESSAGES: Settled = { settledMs: null, changes: NO_CHANGES };

/**
 * Cuts what changed in a guild into pieces of at most `maxSize` rows and changes. Whatever tells up to where something is
 * counted goes with the counts themselves, or a crash between two pieces would lose or repeat some: the newest message of
 * a place with all its messages, and up to when time is counted with all the guild's time, joins and leaves, in the last
 * piece. Neither is ever cut, so that one which is larger than `maxSize` is a piece of its own. Each row is copied once,
 * or twice if it has both: a flush of a busy guild does this in one go, between two turns of the event loop.
 * @param maxSize at least 1
 */
export function pieces(source: Source, settled: Settled, maxSize: number): Piece[] {
  const numbering = new Numbering(source);
  const time = timePiece(source, settled, numbering);
  const made = messagePieces(source, maxSize, numbering);
  return time.size === 0 ? made : [...made, time];
}

function messagePieces(source: Source, maxSize: number, numbering: Numbering): Piece[] {
  const { place, messages, durationMs } = source.rows;
  const hasMessages = new Uint8Array(place.length);
  for (let row = 0; row < place.length; row++) {
    if ((messages[row] ?? 0) > 0 || durationMs[row] === 0) hasMessages[row] = 1;
  }
  const order = inOrder(place, source.places.length, hasMessages);
  return cuts(order, place, maxSize).map(([start, end]) => {
    const delta = picked(source, order.subarray(start, end), numbering);
    delta.rows.durationMs.fill(0);
    return { ...OF_MESSAGES, delta, size: end - start };
  });
}

function timePiece(source: Source, settled: Settled, numbering: Numbering): Piece {
  const timed = source.rows.durationMs.reduce((rows, durationMs) => rows + (durationMs > 0 ? 1 : 0), 0);
  const order = new Int32Array(timed);
  for (let row = 0, at = 0; at < timed; row++) if ((source.rows.durationMs[row] ?? 0) > 0) order[at++] = row;
  const { places, ...rest } = picked(source, order, numbering);
  rest.rows.messages.fill(0);
  // Here for time alone, a place says nothing of its messages: they may be in another piece.
  const silent = places.map((place) => ({ ...place, newestMessageId: null, firstMessageId: null }));
  const delta = { ...rest, places: silent, population: source.population };
  return { ...settled, delta, size: rowsIn(delta) + countOf(settled.changes) };
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

/** Where to cut rows that are in the order of their keys, so that no key is cut. */
function cuts(order: Int32Array, keys: Int32Array, maxSize: number): [start: number, end: number][] {
  const made: [number, number][] = [];
  let start = 0;
  let size = 0;
  for (let at = 0; at < order.length; ) {
    const key = keys[order[at] ?? 0] ?? 0;
    let end = at + 1;
    while (end < order.length && keys[order[end] ?? 0] === key) end++;
    const unit = end - at;
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
