import type { Snowflake } from "../snowflake.ts";
import type { Admission, Gate } from "./admission.ts";
import type { Directory } from "./directory.ts";
import type { Epochs } from "./epochs.ts";
import type { GuildCache } from "./guild-cache.ts";
import type { GuildRecord } from "./guild-record.ts";
import type { ActivityObservation, MessageObservation } from "./observations.ts";

/** Decides of each thing that happens whether it is counted, here and now. */
export class Gatekeeper {
  readonly #admission: Admission;
  readonly #cache: GuildCache;
  readonly #directory: Directory;
  readonly #epochs: Epochs | null;

  /** @param epochs `null`: all guilds are this process's to count */
  constructor(admission: Admission, cache: GuildCache, directory: Directory, epochs: Epochs | null) {
    this.#admission = admission;
    this.#cache = cache;
    this.#directory = directory;
    this.#epochs = epochs;
  }

  admits(
    guildId: Snowflake,
    userId: Snowflake,
    channelId: Snowflake | null,
    parentId: Snowflake | null,
  ): boolean {
    if (this.#epochs?.counts(guildId) === false) return false;
    const record = this.#cache.find(guildId);
    const { isOpen, rules } = this.#gateOf(guildId, record);
    if (!isOpen) return false;
    if (!this.#isRecorded(userId, record)) return false;
    if (rules === null) return true;
    if (channelId !== null && !this.admitsChannel(guildId, channelId, parentId)) return false;
    return !rules.ignoresRoles(() => this.#directory.rolesOf(guildId, userId));
  }

  admitsMessage({ guildId, userId, channelId, parentId }: MessageObservation): boolean {
    return this.admits(guildId, userId, channelId, parentId);
  }

  /** Whether anything said in a channel would be counted. */
  admitsChannel(guildId: Snowflake, channelId: Snowflake, parentId: Snowflake | null): boolean {
    const { isOpen, rules } = this.#admission.gateOf(guildId);
    if (!isOpen) return false;
    if (rules === null) return true;
    return (
      !rules.ignoresChannel(channelId, parentId) &&
      !rules.ignoresCategory(() => this.#directory.categoryOf(guildId, channelId))
    );
  }

  admitsActivity(guildId: Snowflake, name: string): boolean {
    return !this.#admission.gateOf(guildId).rules?.ignoresActivity(name);
  }

  /** The observation without what may not be counted. */
  admitted(observation: ActivityObservation): ActivityObservation {
    const { guildId, userId, activities } = observation;
    // Nobody has to be admitted to be seen doing nothing.
    if (activities.length === 0) return observation;
    const isAdmitted = this.admits(guildId, userId, null, null);
    return {
      ...observation,
      activities: activities.filter(({ name }) => isAdmitted && this.admitsActivity(guildId, name)),
    };
  }

  /** Whether the user may be recorded at all. */
  #isRecorded(userId: Snowflake, record: GuildRecord | undefined): boolean {
    const member = record?.members.find(userId);
    // Whoever is in memory was admitted: opting out removes them. So the keyed hash is made once, not per message.
    if (member !== undefined && record?.members.isOnlyStored(member) === false) return true;
    if (this.#admission.isRefused(userId)) return false;
    if (member !== undefined) record?.members.admit(member);
    return true;
  }

  /** @param record of the guild, which keeps the gate from then on */
  #gateOf(guildId: Snowflake, record: GuildRecord | undefined): Gate {
    if (record === undefined) return this.#admission.gateOf(guildId);
    record.gate ??= this.#admission.gateOf(guildId);
    return record.gate;
  }
}
