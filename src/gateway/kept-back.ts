import {
  type Client,
  GatewayDispatchEvents,
  type GatewayGuildMemberUpdateDispatchData,
  type GatewayGuildRoleUpdateDispatchData,
  type GatewayVoiceStateUpdateDispatchData,
  Status,
} from "discord.js";
import type { Snowflake } from "../snowflake.ts";

/** By then a client has long taken what it kept back while it logged in, one packet a turn of the event loop. */
const IN_ORDER_MS = 60_000;

/** Whether the client has handed on all that it kept back; see {@link updateKeptBack}. */
export function isInOrder(client: Client): boolean {
  return (client.uptime ?? 0) >= IN_ORDER_MS;
}

/**
 * Keeps the client's caches from ending in an older state. Until all guilds of all its shards are there, the client keeps packets
 * back; then it takes one of them a turn of the event loop, and what comes meanwhile before them (discord.js,
 * `WebSocketManager.handlePacket`). What it kept back of a thing is overwritten here by what comes then of the same thing.
 * @returns stops listening
 */
export function updateKeptBack(client: Client): () => void {
  const stops: (() => void)[] = [];
  const of = <Data extends object>(event: GatewayDispatchEvents, idOf: (data: Data) => string): void => {
    const kept = new Map<string, Data[]>();
    const came = (data: Data): void => {
      if (client.ws.status !== Status.Ready) {
        const older = kept.get(idOf(data));
        if (older) older.push(data);
        else kept.set(idOf(data), [data]);
      } else if (kept.size > 0) {
        for (const older of kept.get(idOf(data)) ?? []) overwrite(older, data);
        if (isInOrder(client)) kept.clear();
      }
    };
    client.ws.on(event, came);
    stops.push(() => client.ws.off(event, came));
  };
  const own = ({ id }: { readonly id: Snowflake }): string => id;
  of(GatewayDispatchEvents.GuildUpdate, own);
  of(GatewayDispatchEvents.ChannelUpdate, own);
  of(GatewayDispatchEvents.ThreadUpdate, own);
  of(
    GatewayDispatchEvents.GuildRoleUpdate,
    ({ guild_id, role }: GatewayGuildRoleUpdateDispatchData) => `${guild_id} ${role.id}`,
  );
  of(
    GatewayDispatchEvents.GuildMemberUpdate,
    ({ guild_id, user }: GatewayGuildMemberUpdateDispatchData) => `${guild_id} ${user.id}`,
  );
  of(
    GatewayDispatchEvents.VoiceStateUpdate,
    ({ guild_id, user_id }: GatewayVoiceStateUpdateDispatchData) => `${guild_id} ${user_id}`,
  );
  return () => {
    for (const stop of stops) stop();
  };
}

function overwrite(older: object, newer: object): void {
  for (const key of Object.keys(older)) if (!(key in newer)) Reflect.deleteProperty(older, key);
  Object.assign(older, newer);
}
