import { hourOf } from "../clock.ts";
import type { PlaceId } from "../place-id.ts";
import type { Snowflake, SnowflakeDigits } from "../snowflake.ts";
import { compacted, deltaWithout, type Source } from "../store/delta.ts";
import type {
  GuildDays,
  GuildDelta,
  GuildSnapshot,
  GuildSums,
  PopulationRow,
  StoredPlace,
} from "../store/store.ts";
import type { Gate } from "./admission.ts";
import { DaysLoading } from "./days-loading.ts";
import { DirtySet } from "./dirty-set.ts";
import { GuildLoading } from "./guild-loading.ts";
import { type HotWindow, olderRange } from "./hot-window.ts";
import { MemberInterner, PlaceInterner } from "./interner.ts";
import type { Count, MessageObservation } from "./observations.ts";
import type { OlderDays } from "./older-days.ts";
import { type HourRange, OlderHours } from "./older-hours.ts";
import { type Piece, pieces, type Settled } from "./pieces.ts";
import { Population } from "./population.ts";
import type { Summed } from "./record-sums.ts";
import { type Interners, internAll, internInSlices } from "./stored-ids.ts";

/** Rows renumbered between two turns. */
const OLDER_SLICE_ROWS = 32_768;

/**
 * One guild in memory. Counting needs only the dirty set, so a record that was never asked about costs what
 * was counted since the last flush; the hot window is loaded on the first query and dropped by the byte budget.
 *
 * Invariant: with a hot window, `hot` + what `#left` and `#dirty` have not passed on = stored + in flight + dirty; without one,
 * nothing but `dirty` is here.
 */
export class GuildRecord implements Summed {
  readonly guildId: Snowflake;
  /** When counting of the guild began, Unix milliseconds; exact once the hot window is loaded. */
  sinceMs: number;
  /** Who is counted here; `null` until somebody asks. */
  gate: Gate | null = null;
  /** Number of the cut that last took something out; 0 for none. */
  latestCut = 0;
  /** See {@link RecordSums}. */
  isSummed = true;
  #places = new PlaceInterner();
  #members = new MemberInterner();
  #dirty = new DirtySet();
  /** No longer dirty, but not all passed on to the hot window yet; oldest first. */
  #left: DirtySet[] = [];
  #dirtyPopulation = new Population();
  #population = new Population();
  #hot: HotWindow | null = null;

  constructor(guildId: Snowflake, nowMs: number) {
    this.guildId = guildId;
    this.sinceMs = nowMs;
  }

  get places(): PlaceInterner {
    return this.#places;
  }

  get members(): MemberInterner {
    return this.#members;
  }

  /** The loaded window, or `null` while only differences are known; see {@link bringUpToDate}. */
  get hot(): HotWindow | null {
    return this.#hot;
  }

  get isDirty(): boolean {
    return !this.#dirty.isEmpty || this.#dirtyPopulation.size > 0;
  }

  /** Whether something counted is not in the window yet. */
  get isBehind(): boolean {
    return this.#hot !== null && (this.#left.length > 0 || this.#dirty.isBehind);
  }

  get dirtyRows(): number {
    return this.#dirty.size + this.#dirtyPopulation.size;
  }

  count({ placeId, parentId, userId, bot, hour, state, messages, durationMs }: Count): void {
    const place = this.#places.find(placeId) ?? this.#places.internPlace(placeId, parentId);
    const member = this.#members.find(userId) ?? this.#members.internMember(userId, bot);
    this.#dirty.add(hour, place, member, state, messages, durationMs);
  }

  /** Counts a message. @param id of the message, read */
  countMessage({ channelId, parentId, userId, bot }: MessageObservation, id: SnowflakeDigits): void {
    const place = this.#places.find(channelId) ?? this.#places.internPlace(channelId, parentId);
    const member = this.#members.find(userId) ?? this.#members.internMember(userId, bot);
    this.#places.sawMessage(place, id);
    this.#dirty.add(hourOf(id.ms), place, member, 0, 1, 0);
  }

  /**
   * Brings the window up to date. What is counted stays in the dirty set first, where a busy member's messages become
   * one row and nobody's change sums all over memory; a flush takes it over in slices, a question at once.
   * @param maxRows most rows to take over now, at least 1
   * @returns whether there are more
   */
  bringUpToDate(maxRows = Number.POSITIVE_INFINITY): boolean {
    const hot = this.#hot;
    if (hot === null) return false;
    const add = hot.add.bind(hot);
    for (let room = maxRows; room > 0 && this.isBehind; ) {
      const [left] = this.#left;
      room -= (left ?? this.#dirty).passOn(add, room);
      if (left?.isBehind === false) this.#left.shift();
    }
    return this.isBehind;
  }

  /** Members joined or left. @param members how many the guild has now */
  countMembers(hour: number, joins: number, leaves: number, members: number): void {
    this.#dirtyPopulation.add(hour, joins, leaves, members);
    if (this.#hot) this.#population.add(hour, joins, leaves, members);
  }

  /** Comings and goings of the last 61 days, and the newest row before them; oldest first. */
  get population(): readonly PopulationRow[] {
    return this.#population.rows();
  }

  /**
   * Takes the dirty rows out; the caller keeps them until the store has them.
   * @param maxSize most rows and changes in one of the pieces
   * @param settled how the guild's open sessions stand
   * @param nameOf the present name of a channel, or `null`
   */
  take(maxSize: number, settled: Settled, nameOf: (id: PlaceId) => string | null): Piece[] {
    const source = this.#source();
    const at = (index: number): StoredPlace => {
      // Known here too: the channel may be deleted before the guild is loaded again.
      this.#places.rename(index, nameOf(this.#places.ids[index] ?? ""));
      return this.#places.describe(index);
    };
    const places = { length: this.#places.size, at };
    const dirty = this.#dirty;
    if (this.#hot !== null && dirty.isBehind) this.#left.push(dirty);
    this.#dirty = new DirtySet(dirty.latestRows);
    this.#dirtyPopulation = new Population();
    return pieces({ ...source, places }, settled, maxSize);
  }

  /** Begins to make the hot window, for {@link load}. See {@link GuildLoading}. */
  beginLoad(head: number, uncounted: number, turn: () => Promise<void>): GuildLoading {
    return new GuildLoading(this.#ids, head, uncounted, turn);
  }

  /**
   * Makes the hot window of what is stored, what is in flight and what is dirty. Only the last step, which adds what was
   * counted meanwhile, is done in one go. Nothing may unload the record, or erase from it, since the loading was begun.
   * @param loading begun by this record, with all parts that were read before the snapshot
   * @param snapshot its columns are taken over
   * @param inFlight asked at the end: differences that the snapshot does not hold
   */
  async load(
    loading: GuildLoading,
    snapshot: GuildSnapshot,
    inFlight: () => readonly GuildDelta[],
  ): Promise<void> {
    await loading.takeRest(snapshot);
    const { hot } = loading;
    this.#hot = hot;
    this.sinceMs = Math.min(this.sinceMs, snapshot.sinceMs ?? this.sinceMs);
    this.#population = new Population();
    for (const row of snapshot.population) addPopulation(this.#population, row);
    for (const delta of inFlight()) this.addToWindow(delta);
    for (const row of this.#dirtyPopulation.rows()) addPopulation(this.#population, row);
    this.bringUpToDate();
  }

  /**
   * Makes the hours before the window of what is stored, what is in flight and what is dirty, in slices as
   * {@link load} does; not without a window, or when an hour begins meanwhile, which has others before it. Nothing may
   * unload the record, or erase from it, while this runs.
   * @param sums of the range; its columns are taken over
   * @param range {@link olderRange} of the window's hour when the sums were asked for
   * @param inFlight asked at the end: differences that the sums do not hold
   * @param turn resolves after a turn of the event loop
   */
  async takeOlder(
    sums: GuildSums,
    range: HourRange,
    inFlight: () => readonly GuildDelta[],
    turn: () => Promise<void>,
  ): Promise<void> {
    const ids = await internInSlices(sums, this.#ids, turn);
    const { place, member } = sums.rows;
    for (let row = 0; row < place.length; row++) {
      if (row % OLDER_SLICE_ROWS === 0) await turn();
      place[row] = ids.place(place[row] ?? 0);
      member[row] = ids.member(member[row] ?? 0);
    }
    const hot = this.#hot;
    if (hot === null || olderRange(hot.head).fromHour !== range.fromHour) return;
    // What waits for the window is in flight or dirty too, or stored: it must not come to the sums once more.
    this.bringUpToDate();
    const older = new OlderHours(range, sums.rows);
    this.#addNotStored(range.untilHour, inFlight, older.add.bind(older));
    hot.remember(older);
  }

  /** Begins to make the days before the window, for {@link takeDays}. @param days the window's `emptyDays` */
  beginDays(days: OlderDays, turn: () => Promise<void>): DaysLoading {
    return new DaysLoading(days, this.#ids, turn);
  }

  /**
   * Gives the window the days before it, of what is stored, in flight and dirty, as {@link takeOlder} does the hours.
   * @param loading begun by this record, with all parts that were read before the answer
   * @param stored the store's answer for `days`; its columns are written to
   * @param inFlight asked at the end: differences that the rows do not hold
   */
  async takeDays(
    loading: DaysLoading,
    stored: GuildDays,
    inFlight: () => readonly GuildDelta[],
  ): Promise<void> {
    await loading.take(stored);
    const { days } = loading;
    const hot = this.#hot;
    if (hot === null || hot.fromHour !== days.untilHour) return;
    // As for the hours before: what waits must not come to them once more.
    this.bringUpToDate();
    this.#addNotStored(days.untilHour, inFlight, days.add.bind(days));
    const moved = [...inFlight().flatMap(({ population }) => population), ...this.#dirtyPopulation.rows()];
    days.rememberPopulation(stored, moved);
    hot.rememberDays(days);
  }

  /** Adds what is in flight or dirty of the time before an hour. */
  #addNotStored(untilHour: number, inFlight: () => readonly GuildDelta[], add: DirtySet["add"]): void {
    const addOld: DirtySet["add"] = (hour, ...cell) => {
      if (hour < untilHour) add(hour, ...cell);
    };
    // Nearly always none has: then there is nothing to intern.
    const isOld = ({ rows }: GuildDelta): boolean => rows.hour.some((hour) => hour < untilHour);
    for (const delta of inFlight().filter(isOld)) this.#addTo(delta, addOld);
    const dirty = this.#dirty.rows();
    // Oldest first.
    for (let row = 0; row < dirty.hour.length && (dirty.hour[row] ?? 0) < untilHour; row++) {
      add(
        dirty.hour[row] ?? 0,
        dirty.place[row] ?? 0,
        dirty.member[row] ?? 0,
        dirty.state[row] ?? 0,
        dirty.messages[row] ?? 0,
        dirty.durationMs[row] ?? 0,
      );
    }
  }

  /** Adds what went to the store without passing through the dirty set. */
  addToWindow(delta: GuildDelta): void {
    if (this.#hot === null) return;
    this.#addTo(delta, this.#hot.add.bind(this.#hot));
    for (const row of delta.population) addPopulation(this.#population, row);
  }

  /** Drops the hot window, and with it every id that no dirty row needs. */
  unload(nowMs: number): void {
    this.#rebuild(null);
    // What is stored may not reach back so far any more; if it does, loading says so.
    this.sinceMs = nowMs;
  }

  /** Removes a member's dirty rows, and the hot window that knows the member. */
  forget(userId: Snowflake): void {
    if (this.#members.find(userId) !== undefined) this.#rebuild(userId);
  }

  get byteLength(): number {
    return (
      (this.#hot?.byteLength ?? 0) +
      this.#dirty.byteLength +
      this.#left.reduce((bytes, set) => bytes + set.byteLength, 0) +
      this.#places.byteLength +
      this.#members.byteLength
    );
  }

  #rebuild(withoutUserId: Snowflake | null): void {
    const delta = this.#delta();
    this.#hot = null;
    this.#left = [];
    this.#population = new Population();
    this.#places = new PlaceInterner();
    this.#members = new MemberInterner();
    this.#dirty = new DirtySet();
    const kept = withoutUserId === null ? delta : deltaWithout(delta, (userId) => userId === withoutUserId);
    if (kept !== null) this.#addTo(kept, this.#dirty.add.bind(this.#dirty));
  }

  #delta(): GuildDelta {
    return compacted(this.#source());
  }

  #source(): Source {
    const [places, members] = [this.#places, this.#members];
    return {
      guildId: this.guildId,
      places: { length: places.size, at: (index) => places.describe(index) },
      members: { length: members.size, at: (index) => members.at(index) },
      rows: this.#dirty.rows(),
      population: this.#dirtyPopulation.rows(),
    };
  }

  #addTo(delta: GuildDelta, add: DirtySet["add"]): void {
    const ids = internAll(delta, this.#ids);
    const { hour, place, member, state, messages, durationMs } = delta.rows;
    for (let row = 0; row < hour.length; row++) {
      add(
        hour[row] ?? 0,
        ids.place(place[row] ?? 0),
        ids.member(member[row] ?? 0),
        state[row] ?? 0,
        messages[row] ?? 0,
        durationMs[row] ?? 0,
      );
    }
  }

  get #ids(): Interners {
    return { places: this.#places, members: this.#members };
  }
}

function addPopulation(to: Population, { hour, joins, leaves, members }: PopulationRow): void {
  to.add(hour, joins, leaves, members);
}
