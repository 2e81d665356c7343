import type { Snowflake } from "../snowflake.ts";
import type { GuildSettings } from "./guild-settings.ts";
import type { OptOutBy } from "./opt-out-list.ts";
import type { ScheduledPost } from "./scheduled-post.ts";

/** An erasure that another process made; who it is, is told by the hash alone. */
export interface ErasureMade {
  /** As in an `OptOutList`. */
  readonly hash: string;
  /** `null`: in all guilds. */
  readonly guildId: Snowflake | null;
}

/**
 * What was changed since a version, each thing once, in no order. How it stands now is to be asked for behind it:
 * {@link StoreChanges.settingsOf} and its like.
 */
export interface ChangesSince {
  /** Every change up to this one is told. */
  readonly version: number;
  /**
   * The store does not remember that far back, or was itself put back: anything may have changed, anyone may have been
   * erased. All lists are empty.
   */
  readonly isTooLate: boolean;
  /** Guilds whose settings were saved, by this process too. */
  readonly settings: readonly Snowflake[];
  /** Guilds whose scheduled posts were saved or removed, by this process too. */
  readonly posts: readonly Snowflake[];
  /** Hashes of users who opted out or in again, in this process too. */
  readonly optOuts: readonly string[];
  /** Erasures that other processes began or ended. */
  readonly erasures: readonly ErasureMade[];
  /** Guilds whose stored counts another process changed: purged, merged, or placed an import among them. */
  readonly counts: readonly Snowflake[];
  /** Guilds of which another process erased all. */
  readonly erasedGuilds: readonly Snowflake[];
}

/** Since when a guild's present rules hold, and of whom they changed. All in Unix milliseconds. */
export interface GuildRules {
  /** When the guild's own settings were last changed; 0: never, as far as is known. */
  readonly guildMs: number;
  /** Whose rules were changed before this is not known; 0: all is, as far back as messages are read back. */
  readonly unknownBeforeMs: number;
  /** By hash, when a user was last erased in the guild or everywhere, kept out, or let in again. */
  readonly users: ReadonlyMap<string, number>;
}

/** Stops something. Idempotent. */
export type Stop = () => Promise<void>;

/**
 * What other processes over the same store do to it. Changes have versions, which grow; a process asks now and then what
 * came after the last one that it has taken in, and so misses none, whatever becomes of {@link listen}.
 */
export interface StoreChanges {
  /** How often to ask at least, milliseconds. */
  readonly pollIntervalMs: number;
  /** The last version; to be asked for before anything is read that is to be kept up to date. @throws `STORE_*` */
  version(): Promise<number>;
  /** What came after a version, of one moment. @throws `STORE_*` */
  since(version: number): Promise<ChangesSince>;
  /** The settings of these guilds, behind all that this process wrote; guilds without any are left out. @throws `STORE_*` */
  settingsOf(guildIds: readonly Snowflake[]): Promise<ReadonlyMap<Snowflake, GuildSettings>>;
  /** The scheduled posts of these guilds, likewise. @throws `STORE_*` */
  postsOf(guildIds: readonly Snowflake[]): Promise<readonly ScheduledPost[]>;
  /** By whom these users are kept out, likewise; users who are not are left out. @throws `STORE_*` */
  optOutsOf(hashes: readonly string[]): Promise<readonly { readonly hash: string; readonly by: OptOutBy }[]>;
  /** What was changed in a guild's rules, with users of whom something was since an instant. @throws `STORE_*` */
  rulesOf(guildId: Snowflake, sinceMs: number): Promise<GuildRules>;
  /**
   * From now on calls `wake` soon after something was changed, as far as that can be known; also when some may have been
   * missed. It never fails: what cannot be heard is found by asking.
   */
  listen(wake: () => void): Stop;
}
