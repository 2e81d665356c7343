import type { Snowflake } from "../../snowflake.ts";
import type { CountedChannel } from "../../stats/counted-channels.ts";
import type { GuildSettings, Purge, Purgeable } from "../../store/store.ts";

/** What admins do to their server's settings and counts, as commands see it. */
export interface Administration {
  /**
   * Changes settings, one change after another: what is decided rests on what is so then.
   * @returns the settings before and after
   */
  change(
    guildId: Snowflake,
    decide: (now: GuildSettings) => Partial<GuildSettings>,
  ): Promise<{ readonly before: GuildSettings; readonly after: GuildSettings }>;
  /** What a purge would take now. */
  purgeable(guildId: Snowflake, what: Purge): Promise<Purgeable>;
  purge(guildId: Snowflake, what: Purge): Promise<{ readonly rows: number }>;
  /** Those with counts who have left the server; Discord is asked about each. */
  departedMembers(guildId: Snowflake): Promise<readonly Snowflake[]>;
  /** All channels that have counts, deleted ones too. */
  countedChannels(guildId: Snowflake): Promise<readonly CountedChannel[]>;
  /** Adds a channel's counts to another's, for good. */
  merge(guildId: Snowflake, from: Snowflake, into: Snowflake): Promise<{ readonly rows: number }>;
}
