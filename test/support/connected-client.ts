import { Client, Events, GatewayIntentBits } from "discord.js";
import type { LoopbackDiscord } from "../loopback/loopback-discord.ts";

/** The intents that GuildStats asks for. */
export const INTENTS = [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMessages,
  GatewayIntentBits.GuildVoiceStates,
];

/** The real discord.js client, made for the loopback Discord but not logged in. */
export function makeClient(
  discord: LoopbackDiscord,
  intents: readonly GatewayIntentBits[] = INTENTS,
): Client {
  return new Client({ intents: [...intents], ...discord.clientOptions });
}

/** Logs in, and resolves when all guilds are there. */
export async function connect(client: Client, discord: LoopbackDiscord): Promise<Client<true>> {
  const ready = new Promise<Client<true>>((resolve) => client.once(Events.ClientReady, resolve));
  await client.login(discord.token);
  return await ready;
}
