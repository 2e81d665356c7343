import { Client, Events, GatewayIntentBits } from "discord.js";
import { LoopbackDiscord, type LoopbackOptions } from "../loopback/loopback-discord.ts";
import type { GuildOptions, World } from "../loopback/world.ts";

/** The intents that GuildStats asks for. */
export const INTENTS = [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMessages,
  GatewayIntentBits.GuildVoiceStates,
];

/** Those, and the privileged ones for members and presences. */
export const PRIVILEGED_INTENTS = [
  ...INTENTS,
  GatewayIntentBits.GuildMembers,
  GatewayIntentBits.GuildPresences,
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

/** A Discord, a guild in it, and a client that has seen both. */
export interface ConnectedClient extends AsyncDisposable {
  readonly discord: LoopbackDiscord;
  readonly guild: World;
  readonly client: Client<true>;
}

/** @param before what is so in the guild before the client connects */
export async function connectedClient(
  intents: readonly GatewayIntentBits[] = INTENTS,
  options: GuildOptions & LoopbackOptions = {},
  before: (discord: LoopbackDiscord, guild: World) => void = () => undefined,
): Promise<ConnectedClient> {
  const discord = await LoopbackDiscord.start(options);
  const guild = discord.guild({ members: 4, ...options });
  before(discord, guild);
  const client = await connect(makeClient(discord, intents), discord);
  return {
    discord,
    guild,
    client,
    async [Symbol.asyncDispose](): Promise<void> {
      await client.destroy();
      await discord[Symbol.asyncDispose]();
    },
  };
}
