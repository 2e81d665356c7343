import { activityOf } from "../place-id.ts";
import type { Snowflake } from "../snowflake.ts";
import type { GuildSettings, OptOutBy, Store } from "../store/store.ts";
import type { ActivitySessions } from "./activity-sessions.ts";
import type { Admission } from "./admission.ts";
import type { EventLogs } from "./event-logs.ts";
import type { Gatekeeper } from "./gatekeeper.ts";
import type { MessageCounter } from "./message-counter.ts";

interface Parts {
  readonly store: Store;
  readonly admission: Admission;
  readonly gates: Gatekeeper;
  readonly messages: MessageCounter;
  readonly logs: EventLogs;
  readonly activities: ActivitySessions;
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
    await this.mark();
    const settings = await this.#parts.admission.saveSettings(guildId, change);
    this.readmit(guildId);
    return settings;
  }

  /** Settings of the guild changed: what they keep out ends, and what they kept out until now stays uncounted. */
  readmit(guildId: Snowflake): void {
    const { activities, gates } = this.#parts;
    const nowMs = this.#parts.nowMs();
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
    const { admission, activities, nowMs } = this.#parts;
    await this.mark();
    await admission.optIn(userId, by);
    activities.notBefore(nowMs());
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
