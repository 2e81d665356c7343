import { type Client, Status } from "discord.js";

/**
 * Whether the client has logged in and has all its guilds. Its own `isReady()` does not say so of one that was destroyed and logged
 * in again: for that one it stays `false` (discord.js 14.28).
 */
export function isLoggedIn(client: Client): client is Client<true> {
  return client.token !== null && client.ws.status === Status.Ready;
}
