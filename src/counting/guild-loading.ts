import type { GuildSnapshot, HourPart } from "../store/store.ts";
import { HotWindow } from "./hot-window.ts";
import { putRuns } from "./row-runs.ts";
import { type Interners, StoredIds } from "./stored-ids.ts";

/** Rows taken between two turns of the event loop: a millisecond or two. */
const SLICE_ROWS = 2_048;

/**
 * A guild's window in the making: it takes rows while the store reads others. A busy guild has some 100,000, so they are
 * taken in slices.
 */
export class GuildLoading {
  readonly hot: HotWindow;
  readonly #ids: StoredIds;
  readonly #turn: () => Promise<void>;

  /**
   * @param ids of the guild's record; nothing may replace them meanwhile
   * @param head the current UTC hour index
   * @param uncounted bits of voice states whose time is in no sum
   * @param turn resolves after a turn of the event loop
   */
  constructor(ids: Interners, head: number, uncounted: number, turn: () => Promise<void>) {
    const { places, members } = ids;
    const directory = {
      isBot: (member: number) => members.isBot(member),
      isActivity: (place: number) => places.isActivity(place),
      parentOf: (place: number) => places.parentOf(place),
    };
    this.hot = new HotWindow(head, directory, uncounted);
    this.#ids = new StoredIds(ids, turn);
    this.#turn = turn;
  }

  /** @param part its columns are written to; quickest when each hour's rows are together */
  async take(part: HourPart): Promise<void> {
    const ids = await this.#ids.of(part);
    const { hour: at, ...rows } = part.hourly;
    const runs = {
      at,
      rows,
      ids,
      mostRows: Number.POSITIVE_INFINITY,
      sliceRows: SLICE_ROWS,
      turn: this.#turn,
    };
    await putRuns(runs, (hour, run) => this.hot.putHour(hour, run));
  }

  /** Takes what was not taken before. @param snapshot with the lists of the parts before */
  async takeRest(snapshot: GuildSnapshot): Promise<void> {
    await this.take(snapshot);
    const ids = await this.#ids.of(snapshot);
    const { place, member, state, messages, durationMs } = snapshot.lifetime;
    this.hot.expectLifetime(place.length);
    for (let row = 0; row < place.length; row++) {
      if (row % SLICE_ROWS === SLICE_ROWS - 1) await this.#turn();
      this.hot.addToLifetime(
        ids.place(place[row] ?? 0),
        ids.member(member[row] ?? 0),
        state[row] ?? 0,
        messages[row] ?? 0,
        durationMs[row] ?? 0,
      );
    }
  }
}
