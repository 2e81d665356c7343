import { isDeepStrictEqual } from "node:util";
import { Info } from "luxon";
import PQueue from "p-queue";
import type { Clock, Timer } from "../clock.ts";
import { asError, GuildStatsError } from "../errors.ts";
import type { Snowflake } from "../snowflake.ts";
import type { StoreChanges } from "../store/changes.ts";
import type { PostPlan, ScheduledPost } from "../store/scheduled-post.ts";
import type { Store } from "../store/store.ts";
import { PostWriter } from "./post-writer.ts";
import type { Poster, PostOutcome } from "./poster.ts";
import {
  type Attempts,
  afterFailure,
  backoffMs,
  doneAfterMove,
  doneAtFirst,
  doneBeforeRenewal,
  doneBy,
  NO_ATTEMPTS,
  type Step,
  stepOf,
} from "./progress.ts";

/** Most posts of one guild. */
export const MOST_POSTS = 10;

/** Attempts at a time, in all guilds: members who ask for cards find a drawing thread all the same. */
const CONCURRENCY = 2;
/** How long an attempt that does not end keeps others waiting. */
const PATIENCE_MS = 60_000;
/** The longest sleep: a clock that is set forwards, or a machine that was asleep, is noticed after it. */
const LONGEST_SLEEP_MS = 300_000;
/** Whoever has themselves erased again and again does not have a message renewed more often. */
const RENEWAL_GAP_MS = 300_000;
/** Posts whose next instant is worked out in one turn of the event loop: some milliseconds. */
const SLICE_POSTS = 50;

export interface ScheduledPostsEvents {
  /** A card is in its channel, or the message there was brought up to date. @param lateMs since it was due */
  posted(post: ScheduledPost, lateMs: number): void;
  /** What a post was for was deleted, and the post with it. */
  removed(post: ScheduledPost, what: "channel" | "message"): void;
  /** `POST_FAILED`, which is tried again, or `STORE_*`: how far posts got is kept in memory until it can be written. */
  failed(error: GuildStatsError): void;
}

interface Entry {
  post: ScheduledPost;
  attempts: Attempts;
  /** When to look at it again, Unix milliseconds. */
  lookMs: number;
  /** When the last attempt began, Unix milliseconds. */
  begunMs: number;
  /** Whether what its message shows became wrong since then. */
  isOutdated: boolean;
}

interface GuildPosts {
  readonly guildId: Snowflake;
  readonly entries: Map<number, Entry>;
  /** Its posts' due instants are in this zone; `null` until it is asked for. */
  timeZone: string | null;
  /** An attempt of it waits or runs: one guild has one at a time, so that none makes the others wait for all of its. */
  isBusy: boolean;
}

/**
 * Posts cards when they are due.
 *
 * - After an outage there is at most one late card a schedule, the newest that was due, and none that is late by half
 *   an interval. An attempt that came to nothing is repeated after 1, 5, 15 and 60 minutes, then hourly, until the next
 *   one is due; a message that is kept up to date goes on with such waits until it is.
 * - What became of an attempt is stored after Discord's answer. A crash between the two leads to another attempt for
 *   the same instant, which `Poster` keeps from making a second message.
 * - While the store fails, memory is right: nothing is posted twice by this process, and all is written later.
 * - A post that is removed during its attempt is gone. The message that comes of it stays in its channel and is not
 *   kept up to date; `posted` still tells of it.
 * - While the clock is behind what was posted, nothing is posted again.
 */
export class ScheduledPosts {
  readonly #clock: Clock;
  readonly #poster: Poster;
  readonly #timeZoneOf: (guildId: Snowflake) => string;
  readonly #events: ScheduledPostsEvents;
  readonly #store: Store;
  readonly #writer: PostWriter;
  readonly #guilds = new Map<Snowflake, GuildPosts>();
  readonly #slots = new PQueue({ concurrency: CONCURRENCY });
  readonly #running = new Set<Promise<void>>();
  #timer: { readonly atMs: number; readonly timer: Timer } | null = null;
  /** When the clock was last looked at, in its own time. */
  #seenMs = 0;
  #isReady = false;
  #isStopped = false;

  /** @param timeZoneOf IANA zone name in which the guild's days are cut */
  constructor(
    store: Store,
    clock: Clock,
    poster: Poster,
    timeZoneOf: (guildId: Snowflake) => string,
    events: ScheduledPostsEvents,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#poster = poster;
    this.#timeZoneOf = timeZoneOf;
    this.#events = events;
    this.#writer = new PostWriter(store, clock, (error) => events.failed(error));
  }

  /** Reads all posts. @throws `STORE_*` */
  async open(): Promise<void> {
    for (const post of await this.#store.posts()) this.#enter(post);
  }

  /** The client is ready: from here on attempts are made. */
  ready(): void {
    this.#isReady = true;
    this.#look();
  }

  /** The guild came, or came back: its due posts are made now. */
  arrived(guildId: Snowflake): void {
    this.#anew(guildId);
  }

  /**
   * The guild's time zone or other settings changed: what it is due next is worked out anew, and what was refused is
   * tried again. In a new time zone nothing is due before now.
   */
  changed(guildId: Snowflake): void {
    const guild = this.#guilds.get(guildId);
    if (guild === undefined) return;
    const from = guild.timeZone;
    guild.timeZone = null;
    const to = this.#zoneOf(guild);
    if (from !== null && from !== to) {
      const nowMs = this.#clock.nowMs();
      for (const entry of guild.entries.values())
        this.#update(entry, { doneMs: doneAfterMove(entry.post, entry.attempts, nowMs, from, to) });
    }
    this.#anew(guildId);
  }

  /**
   * Members may not be shown any more in one guild, or in all (`null`). Which messages show them is not known: all that are
   * kept up to date are renewed, now or {@link RENEWAL_GAP_MS} after the last time.
   */
  outdated(guildId: Snowflake | null): void {
    this.#outdate((id) => guildId === null || id === guildId);
  }

  /** The same of an erasure in another process, which did so for all posts: those that this one makes know of it. */
  outdatedHere(guildId: Snowflake | null): void {
    this.#outdate((id) => (guildId === null || id === guildId) && this.#poster.isHere(id));
  }

  #outdate(isMeant: (guildId: Snowflake) => boolean): void {
    for (const guild of [...this.#guilds.values()]) {
      if (!isMeant(guild.guildId)) continue;
      for (const entry of guild.entries.values()) this.#renew(guild, entry);
      this.#consider(guild);
    }
  }

  /** No attempt begins from now on; resolves when those under way have ended and what became of them is written. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.timer.cancel();
    this.#timer = null;
    await Promise.all(this.#running);
    await this.#writer.stop();
  }

  /** The guild's posts, by id. */
  list(guildId: Snowflake): readonly ScheduledPost[] {
    const entries = [...(this.#guilds.get(guildId)?.entries.values() ?? [])];
    return entries.map(({ post }) => post).sort((a, b) => a.id - b.id);
  }

  /**
   * When a post comes next, or is tried next, Unix milliseconds; `null`: there is no such post, or it is due and waits for
   * its guild to be here.
   */
  nextMs({ guildId, id }: ScheduledPost): number | null {
    const guild = this.#guilds.get(guildId);
    const entry = guild?.entries.get(id);
    if (guild === undefined || entry === undefined) return null;
    const nowMs = this.#clock.nowMs();
    const step = this.#stepOf(guild, entry, nowMs);
    if (step.kind === "wait") return step.untilMs;
    return this.#poster.isHere(guildId) ? nowMs : null;
  }

  /**
   * Stores a post. A message that is kept up to date is made at once, any other post first comes when it is due after now.
   * @throws `ARGUMENT_INVALID` when the guild has {@link MOST_POSTS} (`details.limit`), `STORE_*`; nothing is added then
   */
  add(plan: PostPlan): Promise<ScheduledPost> {
    return this.#writer.exclusively(async (store) => {
      const { guildId, channelId, timing, card, period, members } = plan;
      const posts = this.list(guildId);
      if (posts.length >= MOST_POSTS) {
        throw new GuildStatsError("ARGUMENT_INVALID", `a server has ${MOST_POSTS} scheduled posts at most`, {
          details: { argument: "post", limit: MOST_POSTS },
        });
      }
      const timeZone = validZone(this.#timeZoneOf(guildId));
      for (let id = 1; ; id++) {
        if (posts.some((post) => post.id === id) || this.#writer.isRemoving(guildId, id)) continue;
        const post: ScheduledPost = Object.freeze({
          ...{ guildId, channelId, timing, card, period, members, id },
          doneMs: doneAtFirst(plan, this.#clock.nowMs(), timeZone),
          messageId: null,
          trouble: null,
        });
        if (!(await this.#isAdded(store, post))) continue;
        this.#consider(this.#enter(post));
        return post;
      }
    });
  }

  /**
   * Removes a post, and gives it back as it was; `null`: there is none.
   * @throws `STORE_*`; it stays then
   */
  remove(guildId: Snowflake, id: number): Promise<ScheduledPost | null> {
    return this.#writer.exclusively(async (store) => {
      const before = this.#guilds.get(guildId)?.entries.get(id);
      if (before === undefined) return null;
      await store.removePost(guildId, id);
      this.#leave(before.post);
      this.#writer.drop(guildId, id);
      return before.post;
    });
  }

  /** A channel was deleted, and its posts with it. */
  channelGone(channelId: Snowflake): void {
    for (const { entries } of [...this.#guilds.values()])
      for (const { post } of [...entries.values()])
        if (post.channelId === channelId) this.#gone(post, "channel");
  }

  /**
   * Another process saved or removed posts. What this one has to write itself stands until it is written.
   * @param guildIds `null`: posts of any guild
   */
  async take(changes: StoreChanges, guildIds: readonly Snowflake[] | null): Promise<void> {
    await this.#writer.exclusively(async (store) => {
      const posts = await (guildIds === null ? store.posts() : changes.postsOf(guildIds));
      const keyOf = ({ guildId, id }: Pick<ScheduledPost, "guildId" | "id">): string => `${guildId} ${id}`;
      const stored = new Set(posts.map(keyOf));
      for (const guildId of guildIds ?? [...this.#guilds.keys()])
        for (const post of this.list(guildId))
          if (!stored.has(keyOf(post)) && !this.#writer.isUnwritten(guildId, post.id)) this.#leave(post);
      for (const post of posts) if (!this.#writer.isUnwritten(post.guildId, post.id)) this.#takeOne(post);
    });
  }

  #takeOne(post: ScheduledPost): void {
    const entry = this.#guilds.get(post.guildId)?.entries.get(post.id);
    if (entry === undefined) {
      this.#consider(this.#enter(Object.freeze(post)));
      return;
    }
    if (isDeepStrictEqual(entry.post, post)) return;
    entry.post = Object.freeze(post);
    entry.lookMs = 0;
    const guild = this.#guilds.get(post.guildId);
    if (guild) this.#consider(guild);
  }

  /** All of a guild was erased from the store: so it is here. */
  guildErased(guildId: Snowflake): void {
    const guild = this.#guilds.get(guildId);
    this.#guilds.delete(guildId);
    // How far one got may have been written after the erasure.
    for (const id of guild?.entries.keys() ?? []) this.#writer.remove(guildId, id);
    // For an attempt that is under way, after which others would follow.
    guild?.entries.clear();
  }

  #enter(post: ScheduledPost): GuildPosts {
    const { guildId } = post;
    const guild = this.#guilds.get(guildId) ?? {
      guildId,
      entries: new Map<number, Entry>(),
      timeZone: null,
      isBusy: false,
    };
    this.#guilds.set(guildId, guild);
    const begunMs = Number.NEGATIVE_INFINITY;
    guild.entries.set(post.id, { post, attempts: NO_ATTEMPTS, lookMs: 0, begunMs, isOutdated: false });
    return guild;
  }

  /** @returns `false` when another process has a post with its id */
  async #isAdded(store: Store, post: ScheduledPost): Promise<boolean> {
    try {
      return await store.addPost(post);
    } catch (thrown) {
      // It may be stored, and the answer lost: whoever is told that it failed would find it there one day.
      this.#writer.remove(post.guildId, post.id);
      throw thrown;
    }
  }

  #leave({ guildId, id }: ScheduledPost): void {
    const guild = this.#guilds.get(guildId);
    guild?.entries.delete(id);
    if (guild?.entries.size === 0) this.#guilds.delete(guildId);
  }

  #gone(post: ScheduledPost, what: "channel" | "message"): void {
    this.#leave(post);
    this.#writer.remove(post.guildId, post.id);
    this.#events.removed(post, what);
  }

  #update(entry: Entry, change: Partial<Pick<ScheduledPost, "doneMs" | "messageId" | "trouble">>): void {
    const { post } = entry;
    const next = Object.freeze({ ...post, ...change });
    entry.lookMs = 0;
    entry.post = next;
    const isSame =
      next.doneMs === post.doneMs && next.messageId === post.messageId && next.trouble === post.trouble;
    if (!isSame) this.#writer.save(next);
  }

  /** Makes a message that is kept up to date due, which is stored: a crash does not leave it as it is. */
  #renew(guild: GuildPosts, entry: Entry): void {
    if (entry.post.timing.every !== "refresh") return;
    entry.isOutdated = true;
    const pausedUntilMs = Math.max(entry.attempts.pausedUntilMs, entry.begunMs + RENEWAL_GAP_MS);
    entry.attempts = { ...entry.attempts, pausedUntilMs };
    this.#update(entry, { doneMs: doneBeforeRenewal(entry.post, this.#clock.nowMs(), this.#zoneOf(guild)) });
  }

  #zoneOf(guild: GuildPosts): string {
    guild.timeZone ??= validZone(this.#timeZoneOf(guild.guildId));
    return guild.timeZone;
  }

  #stepOf(guild: GuildPosts, { post, attempts }: Entry, nowMs: number): Step {
    return stepOf(post, attempts, nowMs, this.#zoneOf(guild));
  }

  /** No wait is kept up: whatever kept a guild's posts from being made may have changed. */
  #anew(guildId: Snowflake): void {
    const guild = this.#guilds.get(guildId);
    if (guild === undefined) return;
    for (const entry of guild.entries.values()) {
      entry.attempts = { ...entry.attempts, pausedUntilMs: 0 };
      entry.lookMs = 0;
    }
    this.#consider(guild);
  }

  /** Looks at all guilds: makes what is due, and sleeps until something is. */
  #look(): void {
    this.#timer?.timer.cancel();
    this.#timer = null;
    const nowMs = this.#clock.nowMs();
    // What was worked out in a future that is none any more may be too late.
    if (nowMs < this.#seenMs)
      for (const { entries } of this.#guilds.values()) for (const entry of entries.values()) entry.lookMs = 0;
    this.#seenMs = nowMs;
    const budget = { posts: SLICE_POSTS };
    for (const guild of this.#guilds.values()) this.#consider(guild, budget);
    if (this.#guilds.size > 0) this.#wakeAt(Number.POSITIVE_INFINITY);
  }

  /** Has an attempt made if one of a guild's posts is due, or wakes up when one is. */
  #consider(guild: GuildPosts, budget = { posts: SLICE_POSTS }): void {
    if (!this.#isReady || this.#isStopped || guild.isBusy || !this.#poster.isHere(guild.guildId)) return;
    const nowMs = this.#clock.nowMs();
    let lookMs = Number.POSITIVE_INFINITY;
    for (const entry of guild.entries.values()) {
      if (entry.lookMs <= nowMs && budget.posts-- > 0) {
        const step = this.#stepOf(guild, entry, nowMs);
        if (step.kind === "attempt") {
          guild.isBusy = true;
          void this.#slots.add(() => this.#serve(guild));
          return;
        }
        entry.lookMs = step.untilMs;
      }
      lookMs = Math.min(lookMs, entry.lookMs);
    }
    this.#wakeAt(lookMs);
  }

  #wakeAt(atMs: number): void {
    if (!this.#isReady || this.#isStopped) return;
    const nowMs = this.#clock.nowMs();
    const wakeMs = Math.min(Math.max(atMs, nowMs), nowMs + LONGEST_SLEEP_MS);
    if (this.#timer !== null && this.#timer.atMs <= wakeMs) return;
    this.#timer?.timer.cancel();
    this.#timer = { atMs: wakeMs, timer: this.#clock.after(wakeMs - nowMs, () => this.#look()) };
  }

  /** It is a guild's turn: what of it has been due for the longest time is attempted. */
  async #serve(guild: GuildPosts): Promise<void> {
    const nowMs = this.#clock.nowMs();
    let next: { readonly entry: Entry; readonly dueMs: number } | null = null;
    for (const entry of this.#poster.isHere(guild.guildId) ? guild.entries.values() : []) {
      const step = this.#stepOf(guild, entry, nowMs);
      if (step.kind === "attempt" && (next === null || step.dueMs < next.dueMs))
        next = { entry, dueMs: step.dueMs };
    }
    if (next === null || this.#isStopped) {
      guild.isBusy = false;
      return this.#consider(guild);
    }
    const attempt = this.#attempt(guild, next.entry, next.dueMs, nowMs).finally(() => {
      this.#running.delete(attempt);
      guild.isBusy = false;
      this.#consider(guild);
    });
    this.#running.add(attempt);
    await this.#patiently(attempt);
  }

  /** Others need not wait for an attempt that does not end. */
  async #patiently(attempt: Promise<void>): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = this.#clock.after(PATIENCE_MS, resolve);
      void attempt.then(() => {
        timer.cancel();
        resolve();
      });
    });
  }

  async #attempt(guild: GuildPosts, entry: Entry, dueMs: number, beganMs: number): Promise<void> {
    entry.begunMs = beganMs;
    entry.isOutdated = false;
    const outcome = await this.#outcomeOf(entry.post, dueMs);
    const isKept = this.#guilds.get(guild.guildId)?.entries.get(entry.post.id) === entry;
    const nowMs = this.#clock.nowMs();
    const { timing } = entry.post;
    switch (outcome.kind) {
      case "posted":
      case "unchanged": {
        const doneMs = doneBy(entry.post, dueMs, beganMs, this.#zoneOf(guild));
        const messageId =
          outcome.kind === "posted" && timing.every === "refresh" ? outcome.messageId : entry.post.messageId;
        entry.attempts = NO_ATTEMPTS;
        if (isKept) this.#update(entry, { doneMs, messageId, trouble: null });
        // What was drawn may show whoever was erased meanwhile.
        if (isKept && entry.isOutdated) this.#renew(guild, entry);
        if (outcome.kind === "posted") this.#events.posted(entry.post, Math.max(0, nowMs - dueMs));
        return;
      }
      case "gone":
        if (isKept) this.#gone(entry.post, outcome.what);
        return;
      case "away":
        // Whoever is told that it is here by now tells so, too; but the two need not be of one mind.
        entry.attempts = { ...entry.attempts, pausedUntilMs: nowMs + backoffMs(1) };
        entry.lookMs = 0;
        return;
      case "refused": {
        entry.attempts = afterFailure(entry.post, entry.attempts, dueMs, nowMs);
        if (isKept) this.#update(entry, { trouble: outcome.trouble });
        return;
      }
      default:
        outcome satisfies never;
    }
  }

  async #outcomeOf(
    post: ScheduledPost,
    dueMs: number,
  ): Promise<PostOutcome | { readonly kind: "refused"; readonly trouble: "failed" }> {
    try {
      return await this.#poster.post(post, dueMs);
    } catch (thrown) {
      const cause = asError(thrown);
      const { guildId, channelId, id } = post;
      this.#events.failed(
        new GuildStatsError("POST_FAILED", `a scheduled card could not be posted: ${cause.message}`, {
          cause,
          details: { guildId, channelId, id },
        }),
      );
      return { kind: "refused", trouble: "failed" };
    }
  }
}

/** A zone that this version of Node.js lacks must not stop posts of other guilds. */
function validZone(timeZone: string): string {
  return Info.isValidIANAZone(timeZone) ? timeZone : "UTC";
}
