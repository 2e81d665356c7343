import type { DayPart } from "../store/store.ts";
import type { OlderDays } from "./older-days.ts";
import { putRuns } from "./row-runs.ts";
import { type Interners, StoredIds } from "./stored-ids.ts";

/** Rows renumbered and summed between two turns: a millisecond or two. */
const SLICE_ROWS = 8_192;

/** A guild's days before its window in the making, as `GuildLoading` is the window. */
export class DaysLoading {
  readonly days: OlderDays;
  readonly #ids: StoredIds;
  readonly #turn: () => Promise<void>;

  /**
   * @param days the window's `emptyDays` when the store is asked
   * @param ids of the guild's record; nothing may replace them meanwhile
   * @param turn resolves after a turn of the event loop
   */
  constructor(days: OlderDays, ids: Interners, turn: () => Promise<void>) {
    this.days = days;
    this.#ids = new StoredIds(ids, turn);
    this.#turn = turn;
  }

  /** @param part its columns are written to */
  async take(part: DayPart): Promise<void> {
    const ids = await this.#ids.of(part);
    const { day: at, ...rows } = part.rows;
    const runs = { at, rows, ids, mostRows: SLICE_ROWS, sliceRows: SLICE_ROWS, turn: this.#turn };
    await putRuns(runs, (day, run) => this.days.put(day, run));
  }
}
