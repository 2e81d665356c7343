import type { Snowflake } from "../snowflake.ts";
import type { ActivityObservation, Company, MessageObservation, VoiceObservation } from "./observations.ts";

/** All that the gateway tells of a guild when it comes. */
export interface GuildState {
  readonly guildId: Snowflake;
  /** Who is in voice. */
  readonly voices: readonly VoiceObservation[];
  /** Of all voice channels. */
  readonly company: Company;
  /** How many members it has. */
  readonly members: number;
  /** What they do; `null`: activities are not counted. */
  readonly activities: readonly ActivityObservation[] | null;
}

/**
 * Takes what the gateway tells, synchronously: nothing awaits between it and a counter. What happened at another moment
 * than now says so: `atMs`, Unix milliseconds.
 */
export interface Observer {
  /** Counts a message at the time its id was made, once however often the gateway delivers it. */
  message(message: MessageObservation): void;
  /**
   * A member joined, moved in or left voice, or changed how the time there is spent.
   * @param company of the channels that were left or entered
   */
  voice(observation: VoiceObservation, company: Company, atMs?: number): void;
  /** Who is in a guild's voice channels as far as is known, because it was decided anew who is counted there. */
  readmitVoice(
    guildId: Snowflake,
    present: readonly VoiceObservation[],
    company: Company,
    atMs?: number,
  ): void;
  /** All that a member is doing from now on. Cheap when it is what was known, as after most changes of presences. */
  activities(observation: ActivityObservation, atMs?: number): void;
  /** A member's roles changed; what they kept from being counted until now stays uncounted. */
  readmitActivities(observation: ActivityObservation, atMs?: number): void;
  /** A member joined (`change` 1) or left (-1). @param members how many the guild has now */
  memberChange(guildId: Snowflake, change: 1 | -1, members: number, atMs?: number): void;
  /** How many members a guild has; what changed it, if anything did, happened unseen. */
  memberCount(guildId: Snowflake, members: number, atMs?: number): void;
  /** The gateway tells of a guild anew, after a start or a session that was lost: messages may have been missed. */
  arrived(state: GuildState, atMs?: number): void;
  /** The gateway does not tell of the guild any more; what happens there is unseen until it comes back. */
  loseGuild(guildId: Snowflake, atMs?: number): void;
  /** The gateway tells of the guild again, and has told all that was missed. */
  regainGuild(guildId: Snowflake): void;
  /** The bot cannot see the guild any more: sessions end now, and what they counted stays. */
  leaveGuild(guildId: Snowflake): void;
}

/** Takes also what is told later than it happened, of which not all may be left. */
export interface LateObserver extends Observer {
  /** How many people are in some channels; whoever came or left is not told of. */
  company(guildId: Snowflake, company: Company, atMs: number): void;
}
