import { type Client, type DMChannel, Events, type NonThreadGuildBasedChannel } from "discord.js";
import type { Snowflake } from "../snowflake.ts";

/**
 * Tells of channels that are deleted.
 * @returns stops listening
 */
export function onChannelsDeleted(client: Client, deleted: (channelId: Snowflake) => void): () => void {
  const listener = ({ id }: DMChannel | NonThreadGuildBasedChannel): void => deleted(id);
  client.on(Events.ChannelDelete, listener);
  return () => {
    client.off(Events.ChannelDelete, listener);
  };
}
