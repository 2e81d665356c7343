import {
  type Client,
  GatewayDispatchEvents,
  type GatewayGuildCreateDispatchData,
  type GatewayGuildMemberAddDispatchData,
  type GatewayGuildMemberRemoveDispatchData,
  type GatewayGuildMembersChunkDispatchData,
  type GatewayGuildMemberUpdateDispatchData,
  type GatewayMessageCreateDispatchData,
  type GatewayVoiceStateUpdateDispatchData,
} from "discord.js";
import { LRUCache } from "lru-cache";
import type { Snowflake } from "../snowflake.ts";

/** As many members as are likely to be in voice, or to wait for being counted. Who was told of longest ago makes room. */
const MOST = 10_000;

/**
 * The roles of whom the gateway tells of, as it told last, in guilds where roles matter. A message and a voice state bring them
 * along, and a client that keeps few members in memory drops them at once; one that logs in takes them late, and in another
 * order (see `updateKeptBack`). They are asked for again when what was heard is counted later, or when it is decided anew who is
 * counted in voice.
 */
export class ToldRoles {
  readonly #matter: (guildId: Snowflake) => boolean;
  readonly #roles = new LRUCache<string, readonly Snowflake[]>({ max: MOST });

  /** @param matter whether members of a guild are told apart by role */
  constructor(matter: (guildId: Snowflake) => boolean) {
    this.#matter = matter;
  }

  /** `null`: they were not told. */
  of(guildId: Snowflake, userId: Snowflake): readonly Snowflake[] | null {
    return this.#roles.peek(nameOf(guildId, userId)) ?? null;
  }

  /** @returns stops listening */
  listen(client: Client): () => void {
    const said = ({ guild_id, author, member }: GatewayMessageCreateDispatchData): void =>
      this.#told(guild_id, author.id, member?.roles);
    const moved = ({ guild_id, user_id, member }: GatewayVoiceStateUpdateDispatchData): void =>
      this.#told(guild_id, user_id, member?.roles);
    const changed = ({ guild_id, user, roles }: GatewayGuildMemberUpdateDispatchData): void =>
      this.#told(guild_id, user.id, roles);
    // Of a large guild these are few: those who are in voice are among them.
    const came = ({ id, unavailable, members }: GatewayGuildCreateDispatchData): void => {
      if (unavailable) return;
      for (const { user, roles } of members) this.#told(id, user.id, roles);
    };
    // These may be all members there are: they are for whom the client keeps.
    const listed = ({ guild_id, members }: GatewayGuildMembersChunkDispatchData): void => {
      for (const { user, roles } of members) this.#corrected(guild_id, user.id, roles);
    };
    const joined = ({ guild_id, user, roles }: GatewayGuildMemberAddDispatchData): void =>
      this.#corrected(guild_id, user.id, roles);
    const left = ({ guild_id, user }: GatewayGuildMemberRemoveDispatchData): void => {
      this.#roles.delete(nameOf(guild_id, user.id));
    };
    client.ws.on(GatewayDispatchEvents.MessageCreate, said);
    client.ws.on(GatewayDispatchEvents.VoiceStateUpdate, moved);
    client.ws.on(GatewayDispatchEvents.GuildMemberUpdate, changed);
    client.ws.on(GatewayDispatchEvents.GuildCreate, came);
    client.ws.on(GatewayDispatchEvents.GuildMembersChunk, listed);
    client.ws.on(GatewayDispatchEvents.GuildMemberAdd, joined);
    client.ws.on(GatewayDispatchEvents.GuildMemberRemove, left);
    return () => {
      client.ws.off(GatewayDispatchEvents.MessageCreate, said);
      client.ws.off(GatewayDispatchEvents.VoiceStateUpdate, moved);
      client.ws.off(GatewayDispatchEvents.GuildMemberUpdate, changed);
      client.ws.off(GatewayDispatchEvents.GuildCreate, came);
      client.ws.off(GatewayDispatchEvents.GuildMembersChunk, listed);
      client.ws.off(GatewayDispatchEvents.GuildMemberAdd, joined);
      client.ws.off(GatewayDispatchEvents.GuildMemberRemove, left);
    };
  }

  #told(guildId: Snowflake | undefined, userId: Snowflake, roles: readonly Snowflake[] | undefined): void {
    if (guildId === undefined || roles === undefined || !this.#matter(guildId)) return;
    this.#roles.set(nameOf(guildId, userId), roles);
  }

  #corrected(guildId: Snowflake, userId: Snowflake, roles: readonly Snowflake[]): void {
    const name = nameOf(guildId, userId);
    if (this.#roles.has(name)) this.#roles.set(name, roles);
  }
}

function nameOf(guildId: Snowflake, userId: Snowflake): string {
  return `${guildId} ${userId}`;
}
