import PQueue from "p-queue";
import type { Clock, Timer } from "../clock.ts";
import { type GuildStatsError, storeFailure } from "../errors.ts";
import type { Snowflake } from "../snowflake.ts";
import type { ScheduledPost } from "../store/scheduled-post.ts";
import type { Store } from "../store/store.ts";
import { backoffMs } from "./progress.ts";

/** What of a post is to be written: how it stands, or that it is gone. */
interface Change {
  readonly guildId: Snowflake;
  readonly id: number;
  readonly post: ScheduledPost | null;
}

/**
 * Writes what became of posts, one write after another. What a store refuses is kept, the newest of each post, and
 * written later: until then nothing else is tried, so that a failing store is asked, and told of, once a wait.
 */
export class PostWriter {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #failed: (error: GuildStatsError) => void;
  readonly #line = new PQueue({ concurrency: 1 });
  readonly #changes = new Map<string, Change>();
  #failures = 0;
  #retry: Timer | null = null;
  #isStopped = false;

  constructor(store: Store, clock: Clock, failed: (error: GuildStatsError) => void) {
    this.#store = store;
    this.#clock = clock;
    this.#failed = failed;
  }

  /** Writes a post some time soon. */
  save(post: ScheduledPost): void {
    this.#change({ guildId: post.guildId, id: post.id, post });
  }

  /** Removes a post some time soon; {@link isRemoving} until then. */
  remove(guildId: Snowflake, id: number): void {
    this.#change({ guildId, id, post: null });
  }

  isRemoving(guildId: Snowflake, id: number): boolean {
    return this.#changes.get(keyOf(guildId, id))?.post === null;
  }

  /** Whether anything of a post is still to be written. */
  isUnwritten(guildId: Snowflake, id: number): boolean {
    return this.#changes.has(keyOf(guildId, id));
  }

  /** Does something for which no write may come in between. @throws what the task throws */
  exclusively<T>(task: (store: Store) => Promise<T>): Promise<T> {
    return this.#line.add(() => task(this.#store));
  }

  /** What was to be written of a post is not any more. */
  drop(guildId: Snowflake, id: number): void {
    this.#changes.delete(keyOf(guildId, id));
  }

  /** Tries once more to write what is left, and nothing after that. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#endWait();
    await this.#line.add(() => this.#write());
  }

  #change(change: Change): void {
    this.#changes.set(keyOf(change.guildId, change.id), change);
    void this.#line.add(() => this.#write());
  }

  async #write(): Promise<void> {
    // A write before this one failed: all wait.
    if (this.#retry !== null) return;
    for (const [key, change] of this.#changes) {
      const { guildId, id, post } = change;
      try {
        await (post === null ? this.#store.removePost(guildId, id) : this.#store.savePost(post));
      } catch (thrown) {
        this.#wait(thrown);
        return;
      }
      this.#failures = 0;
      // What changed meanwhile is written by the next one in the line.
      if (this.#changes.get(key) === change) this.#changes.delete(key);
    }
  }

  #wait(thrown: unknown): void {
    if (!this.#isStopped) {
      this.#retry = this.#clock.after(backoffMs(++this.#failures), () => {
        this.#endWait();
        void this.#line.add(() => this.#write());
      });
    }
    this.#failed(storeFailure(thrown, "what became of scheduled posts could not be stored"));
  }

  #endWait(): void {
    this.#retry?.cancel();
    this.#retry = null;
  }
}

function keyOf(guildId: Snowflake, id: number): string {
  return `${guildId} ${id}`;
}
