import type { Clock } from "../clock.ts";
import type { Snowflake } from "../snowflake.ts";
import type { ErasureMade } from "../store/changes.ts";
import type { Store } from "../store/store.ts";
import type { ActivitySessions } from "./activity-sessions.ts";
import type { Admission } from "./admission.ts";
import type { Backfill } from "./backfill.ts";
import type { ErasedUsers } from "./erased-users.ts";
import type { EventLogs } from "./event-logs.ts";
import type { GuildCache } from "./guild-cache.ts";
import type { GuildClaims } from "./guild-claims.ts";
import type { HeldMessages } from "./held-messages.ts";
import type { Observer } from "./observer.ts";
import type { RulesInForce } from "./rules-in-force.ts";
import type { StoredCounts } from "./stored-counts.ts";
import { usersByHash } from "./user-search.ts";
import type { VoiceSessions } from "./voice-sessions.ts";
import type { WriteQueue } from "./write-queue.ts";

interface Parts {
  readonly store: Store;
  readonly clock: Clock;
  readonly admission: Admission;
  /** `null`: all guilds are this process's to count. */
  readonly claims: GuildClaims | null;
  readonly counter: Observer;
  readonly cache: GuildCache;
  readonly queue: WriteQueue;
  readonly sessions: VoiceSessions;
  readonly activities: ActivitySessions;
  readonly held: HeldMessages;
  readonly logs: EventLogs;
  readonly erased: ErasedUsers;
  readonly backfill: Backfill;
  readonly rules: RulesInForce;
  readonly stored: StoredCounts;
  readonly memberCounts: Map<Snowflake, number>;
  /** Now, as the counter's clock has it, Unix milliseconds. */
  nowMs(): number;
  /** Takes in what other processes changed up to now. Never rejects. */
  upToDate(): Promise<void>;
}

/** Erases users and guilds, here or as other processes did: nothing of them stays in memory, and nothing comes back. */
export class Erasures {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Erases a user everywhere but from the opt-out list. What happened until now does not come back: not from Discord,
   * which tells when an activity began, and not from a past that is being read or is read back after a crash.
   * @param guildId in this guild only; `null`: in all
   */
  async forget(userId: Snowflake, guildId: Snowflake | null = null): Promise<{ readonly rows: number }> {
    const { queue, erased, admission, rules } = this.#parts;
    return await queue.forget(userId, guildId, async () => {
      this.#forgetHere(userId, guildId);
      erased.add(admission.hashOf(userId), guildId, rules.latestMs());
      // Not when it was asked for: what was said since then is unwritten, and would be read back after a crash.
      await rules.mark();
    });
  }

  /** How many messages of a user are in memory alone, since their channels' gaps are being read back. */
  waiting(userId: Snowflake): number {
    return this.#parts.held.countOf(userId) + this.#parts.logs.countOf(userId);
  }

  /**
   * Erases all of a guild that the bot has left, its settings included.
   * @param isGone asked when it is its turn
   * @returns `null` when the bot was back by then, or another process counts the guild or erased it: nothing was erased
   */
  async eraseGuild(guildId: Snowflake, isGone: () => boolean): Promise<{ readonly rows: number } | null> {
    const { store, admission, claims, cache, held, backfill, memberCounts, stored, upToDate } = this.#parts;
    if (claims) {
      // Whoever held it may have erased it.
      await upToDate();
      if (!isGone() || !(await claims.take(guildId))) return null;
    }
    const erased = await stored.change(guildId, async () => {
      if (!isGone()) return null;
      backfill.cancel(guildId);
      held.forgetGuild(guildId);
      const answer = await store.eraseGuild(guildId);
      memberCounts.delete(guildId);
      admission.dropSettings(guildId);
      return answer;
    });
    if (erased === null) return null;
    cache.drop(guildId);
    claims?.erased(guildId);
    return erased;
  }

  /**
   * Other processes erased users: nothing of them stays in memory, as after {@link forget}. They are known by hash, and
   * looked for among all who are here, some microseconds each.
   * @returns who was found
   */
  async takeUsersErased(
    erasures: readonly ErasureMade[],
  ): Promise<readonly { readonly userId: Snowflake; readonly guildId: Snowflake | null }[]> {
    const { clock, admission, queue, activities, erased, rules, nowMs } = this.#parts;
    // None may be loaded while they are looked for.
    return await queue.step(async () => {
      // Also of whom nothing is here yet: Discord tells when what they do began.
      activities.notBefore(nowMs());
      for (const { hash, guildId } of erasures) erased.add(hash, guildId, rules.latestMs());
      const hashes = new Set(erasures.map(({ hash }) => hash));
      const hashOf = (userId: Snowflake): string => admission.hashOf(userId);
      const users = await usersByHash(this.#userIds(), hashes, hashOf, clock);
      return erasures.flatMap(({ hash, guildId }) => {
        const userId = users.get(hash);
        if (userId === undefined) return [];
        this.#forgetHere(userId, guildId);
        return [{ userId, guildId }];
      });
    });
  }

  /** Another process erased all of a guild: nothing of it stays in memory. */
  async takeGuildErased(guildId: Snowflake): Promise<void> {
    const { counter, cache, queue, held, logs, backfill, memberCounts, nowMs } = this.#parts;
    await queue.step(async () => {
      logs.beginAnew(guildId, nowMs());
      counter.leaveGuild(guildId);
      backfill.cancel(guildId);
      held.forgetGuild(guildId);
      memberCounts.delete(guildId);
      cache.forgetGuild(guildId);
    });
  }

  /** It is not known what other processes erased: nothing of anyone stays in memory. */
  async takeAllErased(): Promise<void> {
    const { counter, cache, queue, sessions, activities, logs, erased, memberCounts, rules, nowMs } =
      this.#parts;
    await queue.step(async () => {
      erased.addEveryone(rules.latestMs());
      logs.beginAnew(null, nowMs());
      for (const guildId of [...sessions.guildIds()]) counter.leaveGuild(guildId);
      activities.endAll(nowMs());
      activities.notBefore(nowMs());
      memberCounts.clear();
      cache.forgetGuild(null);
    });
  }

  #forgetHere(userId: Snowflake, guildId: Snowflake | null): void {
    const { cache, sessions, activities, held, logs, nowMs } = this.#parts;
    cache.forget(userId, guildId);
    sessions.forget(userId, guildId);
    activities.forget(userId, guildId);
    activities.notBefore(nowMs());
    held.forget(userId, guildId);
    logs.forget(userId, guildId);
  }

  /** Everyone of whom anything is in memory; some several times. */
  *#userIds(): Generator<Snowflake, void, void> {
    const { cache, sessions, activities, held, logs } = this.#parts;
    yield* sessions.userIds();
    yield* activities.userIds();
    yield* held.userIds();
    yield* logs.userIds();
    // Last: whoever ends a session, or waits no more, while others are looked at is here then.
    yield* cache.userIds();
  }
}
