import type { Guild } from "discord.js";
import { asError, GuildStatsError } from "../errors.ts";
import type { Snowflake } from "../snowflake.ts";
import { askMembers } from "./ask-members.ts";

/**
 * Those of some users who are no members of the guild any more. Discord is asked about each, whatever the client
 * remembers: without the members intent it is not told of leaving.
 * @throws `MEMBERS_UNKNOWN` when a question was not answered: silence does not mean that anyone has left
 */
export async function departedMembers(guild: Guild, userIds: readonly Snowflake[]): Promise<Snowflake[]> {
  try {
    const members = await askMembers(guild, userIds);
    return userIds.filter((id) => !members.has(id));
  } catch (thrown) {
    throw new GuildStatsError(
      "MEMBERS_UNKNOWN",
      `Discord did not say who is still a member: ${asError(thrown).message}`,
      { cause: thrown, details: { guildId: guild.id } },
    );
  }
}
