import type { Guild, GuildMember } from "discord.js";
import type { Snowflake } from "../snowflake.ts";

/** The most that Discord takes in one question (gateway documentation, "Request Guild Members"). */
const CHUNK = 100;
const ANSWER_TIMEOUT_MS = 30_000;

/**
 * Asks Discord about each of some users, whatever the client remembers.
 * @returns those who are members of the guild; rejects when a question was not answered
 */
export async function askMembers(
  guild: Guild,
  userIds: readonly Snowflake[],
): Promise<ReadonlyMap<Snowflake, GuildMember>> {
  const members = new Map<Snowflake, GuildMember>();
  for (let start = 0; start < userIds.length; start += CHUNK) {
    const user = userIds.slice(start, start + CHUNK);
    for (const [id, member] of await guild.members.fetch({ user, time: ANSWER_TIMEOUT_MS }))
      members.set(id, member);
  }
  return members;
}
