import type { Snowflake } from "../snowflake.ts";
import type { OpenActivity, OpenVoice } from "./sessions.ts";

/** A guild that a process wants to count. */
export interface GuildWish {
  readonly guildId: Snowflake;
  /** Whether an older holder was asked in vain: the guild is taken from it, which fencing makes safe. */
  readonly insists: boolean;
}

/** Who wants which guilds. */
export interface Claim {
  /** The run of a process, which has joined; see `Batch.writer`. */
  readonly writer: string;
  /** The process's clock, Unix milliseconds. */
  readonly nowMs: number;
  /** A holder that was not heard of since then is gone, Unix milliseconds. */
  readonly aliveSinceMs: number;
  /**
   * Whether this process was in touch with the store for long enough to call another one silent: after an outage of
   * the store all of them look so, and when the host slept or its clock was set.
   */
  readonly outlives: boolean;
  readonly wishes: readonly GuildWish[];
}

/** What became of a wish. */
export type Verdict =
  | {
      readonly guildId: Snowflake;
      readonly kind: "granted";
      /** Under which the guild is counted from now on, until another process is granted it. */
      readonly epoch: number;
      /** Up to here the holder before counted whatever happened, Unix milliseconds; `null`: there was none. */
      readonly settledMs: number | null;
    }
  /** An older process holds it, and is asked to hand it over. */
  | { readonly guildId: Snowflake; readonly kind: "asked" }
  /** A younger process holds it. */
  | { readonly guildId: Snowflake; readonly kind: "held" };

/** Who was in the middle of something when the holder before was last heard of. */
export interface OpenSessions {
  readonly voice: readonly OpenVoice[];
  readonly activities: readonly OpenActivity[];
}

/** A guild that is handed over. */
export interface Release {
  readonly guildId: Snowflake;
  readonly epoch: number;
  /** Up to here all of it was counted, and nothing beyond, Unix milliseconds. */
  readonly settledMs: number;
}

/**
 * Which of several processes over one store counts a guild: one at a time, its *holder*. Whoever started later wins, so
 * that a rolling restart moves each guild once, and a process that merely reconnects takes none back.
 *
 * Each grant gives the guild a new epoch. A batch says for each of its guilds under which epoch it was counted
 * (`Batch.epochs`), and a store refuses what came under another: who lost a guild unawares can change nothing.
 */
export interface GuildLeases {
  /** Makes a process known: it is younger than all before it. Called before it claims, and again if it was not answered. */
  join(writer: string, nowMs: number): Promise<void>;
  /** Says that a process lives. @returns the guilds it holds that others ask for */
  poll(writer: string, nowMs: number): Promise<readonly Snowflake[]>;
  /** Asks for guilds. All or nothing of it is in force when it rejects; it may be asked again. */
  claim(claim: Claim): Promise<readonly Verdict[]>;
  /** Hands guilds over, of which nothing is counted any more. One that is not held under its epoch is passed over. */
  release(writer: string, releases: readonly Release[]): Promise<void>;
  /** The open sessions of guilds, as `Store.openVoice` and `Store.openActivities` tell those of all. */
  openSessions(guildIds: readonly Snowflake[]): Promise<OpenSessions>;
  /** The process ends: whatever it holds is free, and counted up to where it was settled last. */
  leave(writer: string): Promise<void>;
}
