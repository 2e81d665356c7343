import {
  type Client,
  Events,
  GatewayDispatchEvents,
  type GatewayVoiceStateUpdateDispatchData,
  type VoiceState,
} from "discord.js";
import type { Snowflake } from "../snowflake.ts";
import { isInOrder } from "./kept-back.ts";
import type { Moved, Voices } from "./voices.ts";

/**
 * Tells of members who join, move, leave, or change how they are in voice. It is the packets that are asked, ahead of the client;
 * what the client kept back before anyone listened comes by its own events alone.
 * @returns stops listening
 */
export function onVoiceMoves(client: Client, voices: Voices, moved: (change: Moved) => void): () => void {
  voices.seed();
  const isLate = client.ws.shards.size > 0 && !isInOrder(client);
  /** Of these a packet was heard, which is newer than what was kept back before. */
  const heard = new Set<string>();
  const told = (data: GatewayVoiceStateUpdateDispatchData): void => {
    if (isLate && !isInOrder(client)) heard.add(nameOf(data.guild_id, data.user_id));
    const change = voices.told(data);
    if (change) moved(change);
  };
  const emitted = (_before: VoiceState, after: VoiceState): void => {
    if (isInOrder(client)) heard.clear();
    else if (!heard.has(nameOf(after.guild.id, after.id))) moved(voices.heard(after));
  };
  client.ws.on(GatewayDispatchEvents.VoiceStateUpdate, told);
  if (isLate) client.on(Events.VoiceStateUpdate, emitted);
  return () => {
    client.ws.off(GatewayDispatchEvents.VoiceStateUpdate, told);
    client.off(Events.VoiceStateUpdate, emitted);
  };
}

function nameOf(guildId: Snowflake | undefined, userId: Snowflake): string {
  return `${guildId} ${userId}`;
}
