import type { Snowflake } from "../snowflake.ts";
import type { GuildDelta, GuildSnapshot } from "../store/store.ts";
import { compacted, deltaWithout } from "./delta.ts";
import { DirtySet } from "./dirty-set.ts";
import { HotWindow } from "./hot-window.ts";
import { Interner, MemberInterner } from "./interner.ts";

/**
 * One guild in memory. Counting needs only the dirty set, so a record that was never asked about costs what
 * was counted since the last flush; the hot window is loaded on the first query and dropped by the byte budget.
 *
 * Invariant: with a hot window, `hot` = stored + in flight + dirty; without one, nothing but `dirty` is here.
 */
export class GuildRecord {
  readonly guildId: Snowflake;
  /** When counting of the guild began, Unix milliseconds; exact once the hot window is loaded. */
  sinceMs: number;
  #channels = new Interner();
  #members = new MemberInterner();
  #dirty = new DirtySet();
  #hot: HotWindow | null = null;

  constructor(guildId: Snowflake, nowMs: number) {
    this.guildId = guildId;
    this.sinceMs = nowMs;
  }

  get channels(): Interner {
    return this.#channels;
  }

  get members(): MemberInterner {
    return this.#members;
  }

  /** The loaded window, or `null` while only differences are known. */
  get hot(): HotWindow | null {
    return this.#hot;
  }

  get isDirty(): boolean {
    return !this.#dirty.isEmpty;
  }

  get dirtyRows(): number {
    return this.#dirty.size;
  }

  count(
    hour: number,
    channelId: Snowflake,
    userId: Snowflake,
    bot: boolean,
    messages: number,
    voiceMs: number,
  ): void {
    const channel = this.#channels.intern(channelId);
    const member = this.#members.find(userId) ?? this.#members.internMember(userId, bot);
    this.#dirty.add(hour, channel, member, messages, voiceMs);
    this.#hot?.add(hour, channel, member, messages, voiceMs);
  }

  /** Takes the dirty rows out; the caller keeps them until the store has them. `null` when there are none. */
  cut(): GuildDelta | null {
    if (this.#dirty.isEmpty) return null;
    const delta = this.#delta();
    this.#dirty = new DirtySet();
    return delta;
  }

  /**
   * Makes the hot window of what is stored, what is in flight and what is dirty.
   * @param inFlight differences that the snapshot does not hold yet
   * @param head the current UTC hour index
   */
  load(snapshot: GuildSnapshot, inFlight: readonly GuildDelta[], head: number): void {
    const dirty = this.#delta();
    const hot = new HotWindow(
      head,
      (member) => this.#members.isBot(member),
      snapshot.lifetime.channel.length,
    );
    this.#hot = hot;
    this.sinceMs = Math.min(this.sinceMs, snapshot.sinceMs ?? this.sinceMs);
    const ids = this.#internAll(snapshot);
    const { hourly, lifetime } = snapshot;
    for (let row = 0; row < hourly.hour.length; row++) {
      hot.addToHour(
        hourly.hour[row] ?? 0,
        ids.channel(hourly.channel[row] ?? 0),
        ids.member(hourly.member[row] ?? 0),
        hourly.messages[row] ?? 0,
        hourly.voiceMs[row] ?? 0,
      );
    }
    for (let row = 0; row < lifetime.channel.length; row++) {
      hot.addToLifetime(
        ids.channel(lifetime.channel[row] ?? 0),
        ids.member(lifetime.member[row] ?? 0),
        lifetime.messages[row] ?? 0,
        lifetime.voiceMs[row] ?? 0,
      );
    }
    for (const delta of [...inFlight, dirty]) this.#addTo(delta, hot.add.bind(hot));
  }

  /** Drops the hot window, and with it every id that no dirty row needs. */
  unload(): void {
    this.#rebuild(null);
  }

  /** Removes a member's dirty rows, and the hot window that knows the member. */
  forget(userId: Snowflake): void {
    if (this.#members.find(userId) !== undefined) this.#rebuild(userId);
  }

  get byteLength(): number {
    return (
      (this.#hot?.byteLength ?? 0) +
      this.#dirty.byteLength +
      this.#channels.byteLength +
      this.#members.byteLength
    );
  }

  #rebuild(withoutUserId: Snowflake | null): void {
    const delta = this.#delta();
    this.#hot = null;
    this.#channels = new Interner();
    this.#members = new MemberInterner();
    this.#dirty = new DirtySet();
    const kept = withoutUserId === null ? delta : deltaWithout(delta, withoutUserId);
    if (kept !== null) this.#addTo(kept, this.#dirty.add.bind(this.#dirty));
  }

  #delta(): GuildDelta {
    const rows = this.#dirty.rows();
    return compacted({
      guildId: this.guildId,
      channels: this.#channels.ids,
      members: this.#members.ids.map((id, index) => ({ id, bot: this.#members.isBot(index) })),
      rows,
    });
  }

  #addTo(
    delta: GuildDelta,
    add: (hour: number, channel: number, member: number, messages: number, voiceMs: number) => void,
  ): void {
    const ids = this.#internAll(delta);
    const { hour, channel, member, messages, voiceMs } = delta.rows;
    for (let row = 0; row < hour.length; row++) {
      add(
        hour[row] ?? 0,
        ids.channel(channel[row] ?? 0),
        ids.member(member[row] ?? 0),
        messages[row] ?? 0,
        voiceMs[row] ?? 0,
      );
    }
  }

  #internAll(from: Pick<GuildDelta, "channels" | "members">): {
    channel(index: number): number;
    member(index: number): number;
  } {
    const channels = Int32Array.from(from.channels, (id) => this.#channels.intern(id));
    const members = Int32Array.from(from.members, ({ id, bot }) => this.#members.internMember(id, bot));
    return { channel: (index) => channels[index] ?? 0, member: (index) => members[index] ?? 0 };
  }
}
