import type { Counter } from "./counting/counter.ts";
import type { ScheduledPosts } from "./posts/scheduled-posts.ts";
import type { Snowflake } from "./snowflake.ts";
import type { ChangesSince, StoreChanges } from "./store/changes.ts";
import type { GuildSettings } from "./store/guild-settings.ts";

/** What is to be done beside counting and posts when another process changed something. */
export interface OthersChangesEvents {
  /** @param before what was in force until now */
  configured(guildId: Snowflake, before: GuildSettings): Promise<void>;
  /** Users were erased: what else may show them has to go. @param found those of them of whom anything was in memory */
  erased(found: readonly { readonly userId: Snowflake; readonly guildId: Snowflake | null }[]): void;
  /** Users are recorded again; what they do now is to be looked at. */
  optedIn(hashes: readonly string[]): Promise<void>;
  guildsErased(guildIds: readonly Snowflake[]): void;
  /** Anything may have changed, and nothing is known any more of who is where: all is to be looked at again. */
  everythingAnew(): Promise<void>;
}

/** Takes in what other processes over the same store changed. What is taken in twice is as if it had been once. */
export class OthersChanges {
  readonly #changes: StoreChanges;
  readonly #counter: Counter;
  readonly #posts: ScheduledPosts;
  readonly #events: OthersChangesEvents;

  constructor(changes: StoreChanges, counter: Counter, posts: ScheduledPosts, events: OthersChangesEvents) {
    this.#changes = changes;
    this.#counter = counter;
    this.#posts = posts;
    this.#events = events;
  }

  /** Rejects with `STORE_*` when it could not be done; it is to be tried again as a whole then. */
  async take(since: ChangesSince): Promise<void> {
    if (since.isTooLate) return await this.#takeAll();
    await this.#takeUsers(since);
    for (const guildId of since.erasedGuilds) await this.#counter.erasures.takeGuildErased(guildId);
    if (since.erasedGuilds.length > 0) this.#events.guildsErased(since.erasedGuilds);
    const chosen = [...since.settings, ...since.erasedGuilds];
    if (chosen.length > 0)
      await this.#configured(await this.#counter.admission.takeSettings(this.#changes, chosen));
    for (const guildId of since.counts) await this.#counter.stored.changedElsewhere(guildId);
    const posts = [...since.posts, ...since.erasedGuilds];
    if (posts.length > 0) await this.#posts.take(this.#changes, posts);
  }

  /** Closed first, then emptied: the other way round, a message between the two would stay. */
  async #takeUsers({ optOuts, erasures }: ChangesSince): Promise<void> {
    const { admission } = this.#counter;
    const taken =
      optOuts.length > 0 ? await admission.takeOptOuts(this.#changes, optOuts) : { out: [], in: [] };
    const gone = [...erasures, ...taken.out.map((hash) => ({ hash, guildId: null }))];
    if (gone.length > 0) {
      const found = await this.#counter.erasures.takeUsersErased(gone);
      for (const { guildId } of gone) this.#posts.outdatedHere(guildId);
      this.#events.erased(found);
    }
    if (taken.in.length > 0) await this.#events.optedIn(taken.in);
  }

  /** Nobody knows what changed: nothing that was known is kept, and what was not written is given up. */
  async #takeAll(): Promise<void> {
    const before = await this.#counter.admission.takeAll();
    await this.#counter.erasures.takeAllErased();
    await this.#configured(before);
    await this.#posts.take(this.#changes, null);
    this.#posts.outdatedHere(null);
    await this.#events.everythingAnew();
  }

  async #configured(before: ReadonlyMap<Snowflake, GuildSettings>): Promise<void> {
    for (const [guildId, settings] of before) await this.#events.configured(guildId, settings);
  }
}
