import type { Clock } from "../clock.ts";
import { activityOf } from "../place-id.ts";
import type { Snowflake } from "../snowflake.ts";
import type { GuildSettings, IgnoreLists, OptOutBy, Store } from "../store/store.ts";
import type { ActivitySessions } from "./activity-sessions.ts";
import type { Admission } from "./admission.ts";
import type { EventLogs } from "./event-logs.ts";
import type { Gatekeeper } from "./gatekeeper.ts";
import type { MessageCounter } from "./message-counter.ts";
import type { Readmissions } from "./readmissions.ts";
import { usersByHash } from "./user-search.ts";

interface Parts {
  readonly store: Store;
  readonly clock: Clock;
  readonly admission: Admission;
  readonly gates: Gatekeeper;
  readonly messages: MessageCounter;
  readonly logs: EventLogs;
  readonly activities: ActivitySessions;
  readonly readmissions: Readmissions;
  /** Now, as the counter's clock has it, Unix milliseconds. */
  nowMs(): number;
}

/** Changes who and what is counted. What was refused until then stays uncounted, also when the past is read back. */
export class RulesInForce {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Changes what an admin chose. */
  async saveSettings(guildId: Snowflake, change: Partial<GuildSettings>): Promise<GuildSettings> {
    const { admission } = this.#parts;
    const before = admission.settingsOf(guildId);
    await this.mark();
    const settings = await admission.saveSettings(guildId, change);
    this.readmit(guildId, before);
    return settings;
  }

  /**
   * Settings of the guild changed: what they keep out ends, and what they kept out until now stays uncounted.
   * @param before what was in force until now
   */
  readmit(guildId: Snowflake, before: GuildSettings): void {
    const { activities, admission, gates, logs, readmissions } = this.#parts;
    const nowMs = this.#parts.nowMs();
    const { enabled, ignored } = admission.settingsOf(guildId);
    // Else nothing was refused that would be counted now.
    if (enabled !== before.enabled || letsIn(ignored, before.ignored)) {
      readmissions.add(guildId, this.latestMs());
      logs.letIn(guildId, nowMs, enabled === before.enabled);
    }
    activities.notBefore(nowMs);
    activities.retain(
      guildId,
      (userId, activityId) =>
        gates.admits(guildId, userId, null, null) &&
        gates.admitsActivity(guildId, activityOf(activityId)?.name ?? ""),
      nowMs,
    );
  }

  /** The user is recorded again from now on. */
  async optIn(userId: Snowflake, by: OptOutBy = "self"): Promise<void> {
    const { admission, activities, logs, nowMs } = this.#parts;
    await this.mark();
    this.#readmit([admission.hashOf(userId)]);
    const wasRefused = admission.isRefused(userId);
    await admission.optIn(userId, by);
    // What is kept of them is from before, and would be asked about only when it is counted.
    if (wasRefused) logs.forget(userId, null);
    activities.notBefore(nowMs());
  }

  /** Users opted in in another process. @param hashes of their ids */
  async optedIn(hashes: readonly string[]): Promise<void> {
    const { admission, clock, logs } = this.#parts;
    this.#readmit(hashes);
    const hashOf = (userId: Snowflake): string => admission.hashOf(userId);
    const users = await usersByHash(logs.userIds(), new Set(hashes), hashOf, clock);
    for (const userId of users.values()) logs.forget(userId, null);
  }

  /** Users are recorded again from now on. */
  #readmit(hashes: readonly string[]): void {
    this.#parts.activities.notBefore(this.#parts.nowMs());
    for (const hash of hashes) this.#parts.readmissions.add(hash, this.latestMs());
  }

  /** What came until now was decided by the rules that were in force. */
  async mark(): Promise<void> {
    await this.#parts.store.setRulesSinceMs(this.latestMs() + 1);
  }

  /** Now, or when the newest message came: everything that was heard of is from before. Unix milliseconds. */
  latestMs(): number {
    const { messages, logs, nowMs } = this.#parts;
    return Math.max(nowMs(), messages.newestMs, logs.newestMessageMs);
  }
}

/** Whether something is ignored no more. */
function letsIn(ignored: IgnoreLists, before: IgnoreLists): boolean {
  const kept = new Set(Object.values(ignored).flat());
  return Object.values(before).some((list: readonly string[]) => list.some((name) => !kept.has(name)));
}
