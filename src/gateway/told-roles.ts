import {
  type Client,
  GatewayDispatchEvents,
  type GatewayGuildCreateDispatchData,
  type GatewayGuildMemberUpdateDispatchData,
  type GatewayMessageCreateDispatchData,
  type GatewayVoiceStateUpdateDispatchData,
} from "discord.js";
import type { Snowflake } from "../snowflake.ts";

/** As many members as are likely to be in voice, or to wait for being counted. Who was told of longest ago makes room. */
const MOST = 10_000;

/**
 * The roles of whom the gateway tells of, in guilds where roles matter. A message and a voice state bring them along, and a
 * client that keeps few members in memory drops them at once; they are asked for again when what was heard is counted later,
 * or when it is decided anew who is counted in voice.
 */
export class ToldRoles {
  readonly #matter: (guildId: Snowflake) => boolean;
  readonly #roles = new Map<string, readonly Snowflake[]>();

  /** @param matter whether members of a guild are told apart by role */
  constructor(matter: (guildId: Snowflake) => boolean) {
    this.#matter = matter;
  }

  /** `null`: they were not told. */
  of(guildId: Snowflake, userId: Snowflake): readonly Snowflake[] | null {
    return this.#roles.get(nameOf(guildId, userId)) ?? null;
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
    const came = ({ id, members }: GatewayGuildCreateDispatchData): void => {
      for (const { user, roles } of members) this.#told(id, user.id, roles);
    };
    client.ws.on(GatewayDispatchEvents.MessageCreate, said);
    client.ws.on(GatewayDispatchEvents.VoiceStateUpdate, moved);
    client.ws.on(GatewayDispatchEvents.GuildMemberUpdate, changed);
    client.ws.on(GatewayDispatchEvents.GuildCreate, came);
    return () => {
      client.ws.off(GatewayDispatchEvents.MessageCreate, said);
      client.ws.off(GatewayDispatchEvents.VoiceStateUpdate, moved);
      client.ws.off(GatewayDispatchEvents.GuildMemberUpdate, changed);
      client.ws.off(GatewayDispatchEvents.GuildCreate, came);
    };
  }

  #told(guildId: Snowflake | undefined, userId: Snowflake, roles: readonly Snowflake[] | undefined): void {
    if (guildId === undefined || roles === undefined || !this.#matter(guildId)) return;
    const name = nameOf(guildId, userId);
    this.#roles.delete(name);
    this.#roles.set(name, roles);
    const [oldest] = this.#roles.keys();
    if (this.#roles.size > MOST && oldest !== undefined) this.#roles.delete(oldest);
  }
}

function nameOf(guildId: Snowflake, userId: Snowflake): string {
  return `${guildId} ${userId}`;
}
