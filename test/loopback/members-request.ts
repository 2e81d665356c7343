import { z } from "zod";
import { GUILD_MEMBERS, PRESENCES } from "./intents.ts";
import type { World } from "./world.ts";

const CHUNK = 1_000;
const MOST_IDS = 100;

export const membersRequest = z.object({
  guild_id: z.string(),
  query: z.string().optional(),
  limit: z.number().optional(),
  presences: z.boolean().optional(),
  user_ids: z.union([z.string(), z.array(z.string())]).optional(),
  nonce: z.string().optional(),
});
export type MembersRequest = z.infer<typeof membersRequest>;

/**
 * Why Discord leaves a request unanswered; `null` when it does not. It never says so: the client waits in vain, as
 * discord.js's issues 4313 (more than 100 ids), 4995 (letters in an id) and 9304 (the missing intent) report.
 */
export function unansweredBecause(request: MembersRequest, intents: number): string | null {
  const ids = [request.user_ids ?? []].flat();
  if (ids.length > MOST_IDS) return `${ids.length} user_ids, of ${MOST_IDS} at most`;
  if (ids.some((id) => !/^\d+$/.test(id))) return "a user id that is no snowflake";
  const all = request.user_ids === undefined && !request.query && !request.limit;
  if (all && !(intents & GUILD_MEMBERS)) return "all members, without the GuildMembers intent";
  if (request.presences && !(intents & PRESENCES)) return "presences, without the GuildPresences intent";
  return null;
}

/** The bodies of GUILD_MEMBERS_CHUNK that answer a request. */
export function memberChunks(guild: World, request: MembersRequest): object[] {
  const ids = request.user_ids === undefined ? null : new Set([request.user_ids].flat());
  const members = [...guild.members.values()];
  const matching = ids
    ? members.filter(({ user }) => ids.has(user.id))
    : members.filter(({ user }) => user.username.startsWith(request.query ?? ""));
  const found = request.limit ? matching.slice(0, request.limit) : matching;
  const count = Math.max(1, Math.ceil(found.length / CHUNK));
  return Array.from({ length: count }, (_, index) => {
    const chunk = found.slice(index * CHUNK, (index + 1) * CHUNK);
    const presences = chunk.flatMap(({ user }) => guild.presences.get(user.id) ?? []);
    return {
      guild_id: guild.id,
      members: chunk,
      chunk_index: index,
      chunk_count: count,
      not_found: [...(ids ?? [])].filter((id) => !guild.members.has(id)),
      ...(request.presences ? { presences } : {}),
      nonce: request.nonce,
    };
  });
}
