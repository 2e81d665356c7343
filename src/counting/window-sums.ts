import type { CellRows } from "../store/store.ts";
import { NO_PARENT } from "./interner.ts";
import { ACTIVITY_MS, MESSAGES, type MetricIndex, RollingSums, VOICE_MS } from "./rolling-sums.ts";

/** What sums must know of the indices that they count. */
export interface Directory {
  isBot(member: number): boolean;
  isActivity(place: number): boolean;
  /** A thread's channel, or `NO_PARENT`. */
  parentOf(place: number): number;
}

/**
 * One guild's sums by member and by place.
 *
 * Invariant: what happened in a thread is in its own sums and in its channel's, and once in its member's.
 */
export class WindowSums {
  /** By member index. */
  readonly members: RollingSums;
  /** By place index, humans' activity. */
  readonly placesByHumans: RollingSums;
  /** By place index, bots' activity. */
  readonly placesByBots: RollingSums;
  readonly #directory: Directory;

  /** @param keepsDays see {@link RollingSums} */
  constructor(directory: Directory, keepsDays = false) {
    this.#directory = directory;
    this.members = new RollingSums(keepsDays);
    this.placesByHumans = new RollingSums(keepsDays);
    this.placesByBots = new RollingSums(keepsDays);
  }

  /** Adds to the sums of the periods `[from, until)`. */
  add(
    from: number,
    until: number,
    place: number,
    member: number,
    messages: number,
    durationMs: number,
  ): void {
    if (messages !== 0) this.#add(from, until, place, member, MESSAGES, messages);
    if (durationMs !== 0)
      this.#add(from, until, place, member, timeMetric(this.#directory, place), durationMs);
  }

  /**
   * Adds rows to the sums of the periods `[from, until)`, and to sums of all members and places, as {@link addToTotals} does.
   * @param uncounted bits of voice states; a row with any of them is passed over
   */
  addRows(
    from: number,
    until: number,
    { place: places, member: members, state: states, messages, durationMs }: CellRows,
    uncounted: number,
    totals: Float64Array,
  ): void {
    for (let row = 0; row < places.length; row++) {
      if (((states[row] ?? 0) & uncounted) !== 0) continue;
      const [place, member] = [places[row] ?? 0, members[row] ?? 0];
      const [count, ms] = [messages[row] ?? 0, durationMs[row] ?? 0];
      addToTotals(this.#directory, totals, place, member, count, ms);
      this.add(from, until, place, member, count, ms);
    }
  }

  /** See {@link RollingSums.lengthen}. */
  lengthen(before: WindowSums): void {
    this.members.lengthen(before.members);
    this.placesByHumans.lengthen(before.placesByHumans);
    this.placesByBots.lengthen(before.placesByBots);
  }

  /** See {@link RollingSums.shorten}. */
  shorten(): void {
    this.members.shorten();
    this.placesByHumans.shorten();
    this.placesByBots.shorten();
  }

  get byteLength(): number {
    return this.members.byteLength + this.placesByHumans.byteLength + this.placesByBots.byteLength;
  }

  #add(
    from: number,
    until: number,
    place: number,
    member: number,
    metric: MetricIndex,
    amount: number,
  ): void {
    const places = this.#directory.isBot(member) ? this.placesByBots : this.placesByHumans;
    const parent = this.#directory.parentOf(place);
    this.members.add(member, from, until, metric, amount);
    places.add(place, from, until, metric, amount);
    if (parent !== NO_PARENT) places.add(parent, from, until, metric, amount);
  }
}

/** Adds to sums of all members and places: `totals[kind * 3 + metric]`, kind 0 for humans and 1 for bots. */
export function addToTotals(
  directory: Directory,
  totals: Float64Array,
  place: number,
  member: number,
  messages: number,
  durationMs: number,
): void {
  const kind = directory.isBot(member) ? 3 : 0;
  totals[kind + MESSAGES] = (totals[kind + MESSAGES] ?? 0) + messages;
  if (durationMs === 0) return;
  const timeAt = kind + timeMetric(directory, place);
  totals[timeAt] = (totals[timeAt] ?? 0) + durationMs;
}

function timeMetric(directory: Directory, place: number): typeof VOICE_MS | typeof ACTIVITY_MS {
  return directory.isActivity(place) ? ACTIVITY_MS : VOICE_MS;
}
