import type { Clock, Timer } from "../../src/clock.ts";
import type { GuildStatsError } from "../../src/errors.ts";
import type { Poster, PostOutcome } from "../../src/posts/poster.ts";
import { ScheduledPosts } from "../../src/posts/scheduled-posts.ts";
import type { PostPlan, ScheduledPost } from "../../src/store/scheduled-post.ts";
import { sqlite } from "../../src/store/sqlite/index.ts";
import { withFaults } from "../support/faulty-store.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

export const [GUILD, OTHER] = ["100000000000000001", "100000000000000002"];
export const [CHANNEL, ELSEWHERE] = ["200000000000000001", "200000000000000002"];
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** A Sunday, half past twelve in UTC. */
export const BEGIN_MS = Date.UTC(2026, 2, 15, 12, 30);

export function planOf(change: Partial<PostPlan> = {}): PostPlan {
  return {
    guildId: GUILD,
    channelId: CHANNEL,
    timing: { every: "day", hour: 9 },
    card: "server",
    period: "7d",
    members: "humans",
    ...change,
  };
}

interface Attempt {
  readonly post: ScheduledPost;
  readonly dueMs: number;
  readonly atMs: number;
}

/** What of Discord posts meet. Like Discord with `enforce_nonce`, one message is made of all attempts for one instant. */
class Channels {
  readonly attempts: Attempt[] = [];
  /** Messages by what made them, "guild id due". */
  readonly messages = new Map<string, { readonly id: string; readonly atMs: number }>();
  readonly away = new Set<string>();
  /** What comes of an attempt; `null`: it is posted. */
  answer: (attempt: Attempt) => PostOutcome | Promise<PostOutcome> | null = () => null;
  /** Attempts under way, and the most at a time. */
  underway = 0;
  most = 0;

  post(attempt: Attempt): PostOutcome {
    const { post, dueMs, atMs } = attempt;
    if (post.messageId !== null) return { kind: "posted", messageId: post.messageId };
    const nonce = `${post.guildId} ${post.id} ${dueMs}`;
    const message = this.messages.get(nonce) ?? { id: String(7_000_000 + this.messages.size), atMs };
    this.messages.set(nonce, message);
    return { kind: "posted", messageId: message.id };
  }
}

/** One run of the bot: what ends with it. */
interface Life {
  lives: boolean;
  readonly timers: Set<Timer>;
}

/** The posts of a bot that can be restarted and killed: a real file, a clock that is moved by hand. */
export class Posting implements AsyncDisposable {
  readonly clock = new ManualClock(BEGIN_MS);
  readonly channels = new Channels();
  readonly posted: { readonly post: ScheduledPost; readonly lateMs: number }[] = [];
  readonly removed: string[] = [];
  readonly failures: GuildStatsError[] = [];
  readonly zones = new Map<string, string>();
  readonly #folder = temporaryFolder();
  readonly #file = withFaults(sqlite(this.#folder.file("stats.db")));
  readonly line = this.#file.line;
  readonly store = this.#file.store;
  #life: Life = { lives: true, timers: new Set() };
  posts = this.#newPosts();

  static async begin(): Promise<Posting> {
    const posting = new Posting();
    await posting.start();
    return posting;
  }

  async start(isReady = true): Promise<void> {
    await this.store.open();
    this.posts = this.#newPosts();
    await this.posts.open();
    if (isReady) this.posts.ready();
    await this.settled();
  }

  /** As it ends when it is told to. */
  async stop(): Promise<void> {
    await this.posts.stop();
    await this.store.close();
  }

  /** It does nothing more, and hears of nothing more. */
  async kill(): Promise<void> {
    this.#end();
    await this.store.close();
  }

  /** Turns of the event loop, until what can be done without time passing is done. */
  async settled(): Promise<void> {
    for (let turns = 0; turns < 5; turns++) await this.clock.advance(0);
  }

  async advance(ms: number): Promise<void> {
    await this.clock.advance(ms);
    await this.settled();
  }

  /** Lets time pass until an instant of UTC. */
  async until(iso: string): Promise<void> {
    await this.advance(Date.parse(iso) - this.clock.nowMs());
  }

  /** When attempts were made, as ISO times without seconds. */
  get attemptedAt(): string[] {
    return this.channels.attempts.map(({ atMs }) => new Date(atMs).toISOString().slice(0, 16));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end();
    await this.store.close();
    this.#folder[Symbol.dispose]();
  }

  #end(): void {
    this.#life.lives = false;
    for (const timer of this.#life.timers) timer.cancel();
  }

  #newPosts(): ScheduledPosts {
    const life: Life = { lives: true, timers: new Set() };
    this.#life = life;
    const { clock, channels } = this;
    const ownClock: Clock = {
      nowMs: () => clock.nowMs(),
      elapsedMs: () => clock.elapsedMs(),
      after(delayMs, callback) {
        const timer = clock.after(delayMs, callback);
        life.timers.add(timer);
        return timer;
      },
      turn: () => clock.turn(),
    };
    const ifAlive = <T>(value: T): Promise<T> =>
      life.lives ? Promise.resolve(value) : new Promise(() => {});
    const poster: Poster = {
      isHere: (guildId) => !channels.away.has(guildId),
      async post(post, dueMs) {
        const attempt = { post, dueMs, atMs: clock.nowMs() };
        channels.attempts.push(attempt);
        channels.most = Math.max(channels.most, ++channels.underway);
        try {
          return await ifAlive((await channels.answer(attempt)) ?? channels.post(attempt));
        } finally {
          channels.underway--;
        }
      },
    };
    return new ScheduledPosts(this.store, ownClock, poster, (guildId) => this.zones.get(guildId) ?? "UTC", {
      posted: (post, lateMs) => life.lives && this.posted.push({ post, lateMs }),
      removed: (post, what) => this.removed.push(`${post.guildId} ${post.id} ${what}`),
      failed: (error) => life.lives && this.failures.push(error),
    });
  }
}
