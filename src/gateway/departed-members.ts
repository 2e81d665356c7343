import type { Guild } from "discord.js";
import { asError, GuildStatsError } from "../errors.ts";
import type { Snowflake } from "../snowflake.ts";

/** The most that Discord takes in one question (gateway documentation, "Request Guild Members"). */
const CHUNK = 100;
const ANSWER_TIMEOUT_MS = 30_000;

/**
 * Those of some users who are no members of the guild any more. Discord is asked about each, whatever the client
 * remembers: without the members intent it is not told of leaving.
 * @throws `MEMBERS_UNKNOWN` when a question was not answered: silence does not mean that anyone has left
 */
export async function departedMembers(guild: Guild, userIds: readonly Snowflake[]): Promise<Snowflake[]> {
  const departed: Snowflake[] = [];
  for (let start = 0; start < userIds.length; start += CHUNK) {
    const asked = userIds.slice(start, start + CHUNK);
    try {
      const found = await guild.members.fetch({ user: asked, time: ANSWER_TIMEOUT_MS });
      departed.push(...asked.filter((id) => !found.has(id)));
    } catch (thrown) {
      throw new GuildStatsError(
        "MEMBERS_UNKNOWN",
        `Discord did not say who is still a member: ${asError(thrown).message}`,
        { cause: thrown, details: { guildId: guild.id } },
      );
    }
  }
  return departed;
}
