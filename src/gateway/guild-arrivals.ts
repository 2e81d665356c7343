import {
  type Client,
  Events,
  GatewayDispatchEvents,
  type GatewayGuildCreateDispatchData,
  type Guild,
  Status,
} from "discord.js";
import type { Snowflake } from "../snowflake.ts";

/**
 * Tells of each guild as it comes: on a start, after an outage, when a gateway session was lost, when the bot is added; and
 * now of those that are there. Not of one that the bot is added to in its outage: that one comes when it is over.
 * @returns stops listening
 */
export function onArrivals(client: Client, arrived: (guild: Guild) => void): () => void {
  const told = (guild: Guild): void => {
    if (guild.available) arrived(guild);
  };
  /** Those that the bot was added to while the client logs in: it takes them in and emits nothing. */
  const untold = new Set<Snowflake>();
  const created = ({ id }: GatewayGuildCreateDispatchData): void => {
    if (client.ws.status !== Status.Ready && !client.guilds.cache.has(id)) untold.add(id);
  };
  const ready = (): void => {
    for (const id of untold) {
      const guild = client.guilds.cache.get(id);
      if (guild) told(guild);
    }
    untold.clear();
  };
  client.ws.on(GatewayDispatchEvents.GuildCreate, created);
  client.on(Events.ClientReady, ready);
  client.on(Events.GuildAvailable, told);
  client.on(Events.GuildCreate, told);
  for (const guild of client.guilds.cache.values()) told(guild);
  return () => {
    client.ws.off(GatewayDispatchEvents.GuildCreate, created);
    client.off(Events.ClientReady, ready);
    client.off(Events.GuildAvailable, told);
    client.off(Events.GuildCreate, told);
  };
}
