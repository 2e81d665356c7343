import PQueue from "p-queue";
import type { Clock } from "../clock.ts";
import { asError, GuildStatsError } from "../errors.ts";
import type { Snowflake } from "../snowflake.ts";
import type { RedItem, RedPlace, RedPlacing, RedPlacingReport } from "../store/red-past.ts";
import type { Store } from "../store/store.ts";

/** What placing asks of the gateway: what the Red cog's file does not tell. */
export interface GuildSource {
  /** The guild's channels and threads that are known now. */
  places(guildId: Snowflake): readonly RedPlace[];
  /**
   * Which of these users are bots; who is not in the guild is none, unless the user is known from elsewhere.
   * Rejects when Discord does not answer.
   */
  botsAmong(guildId: Snowflake, userIds: readonly Snowflake[]): Promise<readonly Snowflake[]>;
}

/** How far an import from the Red cog is. */
export interface RedImportProgress {
  /** Channels that the bot has not seen since, whose counts wait. */
  readonly stagedChannels: number;
  /** Guilds that the bot has not seen since, whose activities wait. */
  readonly stagedGuilds: number;
  /** Different users in what waits. */
  readonly stagedMembers: number;
  /** Channels whose counts are in the statistics. */
  readonly placedChannels: number;
}

export interface RedPlacementEvents {
  placed(report: RedPlacingReport): void;
  failed(error: GuildStatsError): void;
}

/** What was staged for longer and never placed is dropped: the bot is not where it was counted. */
const STAGED_FOR_MS = 400 * 86_400_000;
const ATTEMPTS = 4;
const FIRST_RETRY_MS = 5_000;

/** Places what was imported from the Red cog when the gateway tells of the guild that it belongs to. */
export class RedPlacement {
  readonly #store: Store;
  readonly #source: GuildSource;
  readonly #clock: Clock;
  readonly #place: (placing: RedPlacing) => Promise<RedPlacingReport>;
  readonly #events: RedPlacementEvents;
  /** One guild after another: it is done once, and in no hurry. */
  readonly #tasks = new PQueue({ concurrency: 1 });
  readonly #stop = new AbortController();
  readonly #channels = new Set<Snowflake>();
  /** Guilds whose activities wait. */
  readonly #activities = new Set<Snowflake>();

  /** @param place see `StoredCounts.placeRed` */
  constructor(
    store: Store,
    source: GuildSource,
    clock: Clock,
    place: (placing: RedPlacing) => Promise<RedPlacingReport>,
    events: RedPlacementEvents,
  ) {
    this.#store = store;
    this.#source = source;
    this.#clock = clock;
    this.#place = place;
    this.#events = events;
  }

  /** Learns what waits. Nothing is added while the bot runs: an import needs the file to itself. */
  async open(): Promise<void> {
    const oldestMs = this.#clock.nowMs() - STAGED_FOR_MS;
    const waiting = (await this.#store.redStaging()).items.filter(({ placedMs }) => placedMs === null);
    if (waiting.some(({ stagedMs }) => stagedMs < oldestMs)) await this.#store.dropRed(oldestMs);
    for (const { kind, id, stagedMs } of waiting) {
      if (stagedMs >= oldestMs) (kind === "channel" ? this.#channels : this.#activities).add(id);
    }
  }

  /** The gateway tells of a guild. Returns at once. */
  begin(guildId: Snowflake): void {
    if (this.#stop.signal.aborted || this.#dueIn(guildId).length === 0) return;
    void this.#tasks.add(() => this.#placeGuild(guildId));
  }

  async progress(): Promise<RedImportProgress> {
    const { items, users } = await this.#store.redStaging();
    const count = (kind: RedItem["kind"], isPlaced: boolean) =>
      items.filter((item) => item.kind === kind && (item.placedMs !== null) === isPlaced).length;
    return {
      stagedChannels: count("channel", false),
      stagedGuilds: count("activities", false),
      stagedMembers: users,
      placedChannels: count("channel", true),
    };
  }

  /** Gives up what is under way; the next start begins anew. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#tasks.clear();
    await this.#tasks.onIdle();
  }

  #dueIn(guildId: Snowflake): RedItem[] {
    const due: RedItem[] = this.#activities.has(guildId) ? [{ kind: "activities", id: guildId }] : [];
    if (this.#channels.size === 0) return due;
    for (const { channelId } of this.#source.places(guildId)) {
      if (this.#channels.has(channelId)) due.push({ kind: "channel", id: channelId });
    }
    return due;
  }

  async #placeGuild(guildId: Snowflake): Promise<void> {
    for (let tries = 1; !this.#stop.signal.aborted; tries++) {
      try {
        return await this.#attempt(guildId);
      } catch (thrown) {
        if (tries === ATTEMPTS) {
          const message = `imported counts of a guild could not be placed: ${asError(thrown).message}`;
          this.#events.failed(
            new GuildStatsError("IMPORT_UNPLACED", message, { cause: thrown, details: { guildId } }),
          );
          return;
        }
        await this.#wait(FIRST_RETRY_MS * 2 ** (tries - 1));
      }
    }
  }

  async #attempt(guildId: Snowflake): Promise<void> {
    const due = this.#dueIn(guildId);
    const users = new Set<Snowflake>();
    for (const item of due) {
      for (const userId of await this.#store.redUsers(item)) users.add(userId);
      await this.#clock.turn();
    }
    const botIds =
      users.size === 0 ? [] : await this.#unlessStopped(this.#source.botsAmong(guildId, [...users]));
    if (due.length === 0 || botIds === null || this.#stop.signal.aborted) return;
    const ids = new Set(due.map(({ id }) => id));
    const channels = this.#source.places(guildId).filter(({ channelId }) => ids.has(channelId));
    const report = await this.#place({ guildId, channels, botIds, nowMs: this.#clock.nowMs() });
    for (const { channelId } of channels) this.#channels.delete(channelId);
    this.#activities.delete(guildId);
    this.#events.placed(report);
  }

  async #wait(delayMs: number): Promise<void> {
    let cancel = (): void => undefined;
    const over = new Promise<void>((resolve) => {
      const timer = this.#clock.after(delayMs, resolve);
      cancel = () => timer.cancel();
    });
    await this.#unlessStopped(over);
    cancel();
  }

  /** `null` when it is stopped first: nobody waits at a stop for what Discord may never answer. */
  async #unlessStopped<T>(promise: Promise<T>): Promise<T | null> {
    const { signal } = this.#stop;
    let stop = (): void => undefined;
    const stopped = new Promise<null>((resolve) => {
      stop = () => resolve(null);
      if (signal.aborted) stop();
    });
    signal.addEventListener("abort", stop, { once: true });
    try {
      return await Promise.race([promise, stopped]);
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }
}
