import {
  type Client,
  GatewayDispatchEvents,
  type GatewayMessageCreateDispatchData,
  type GatewayVoiceStateUpdateDispatchData,
} from "discord.js";
import type { Snowflake } from "../snowflake.ts";

/**
 * The roles of whom the gateway tells of just now. A message and a voice state bring them along, and a client that keeps few
 * members in memory drops them at once.
 */
export class ToldRoles {
  #guildId: Snowflake | undefined;
  #userId: Snowflake | undefined;
  #roles: readonly Snowflake[] = [];

  /** `null`: it is another one who was told of last. */
  of(guildId: Snowflake, userId: Snowflake): readonly Snowflake[] | null {
    return userId === this.#userId && guildId === this.#guildId ? this.#roles : null;
  }

  /** @returns stops listening */
  listen(client: Client): () => void {
    const said = ({ guild_id, author, member }: GatewayMessageCreateDispatchData): void =>
      this.#told(guild_id, author.id, member?.roles);
    const moved = ({ guild_id, user_id, member }: GatewayVoiceStateUpdateDispatchData): void =>
      this.#told(guild_id, user_id, member?.roles);
    client.ws.on(GatewayDispatchEvents.MessageCreate, said);
    client.ws.on(GatewayDispatchEvents.VoiceStateUpdate, moved);
    return () => {
      client.ws.off(GatewayDispatchEvents.MessageCreate, said);
      client.ws.off(GatewayDispatchEvents.VoiceStateUpdate, moved);
    };
  }

  #told(guildId: Snowflake | undefined, userId: Snowflake, roles: readonly Snowflake[] = []): void {
    this.#guildId = guildId;
    this.#userId = userId;
    this.#roles = roles;
  }
}
