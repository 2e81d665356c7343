import { once } from "node:events";
import { setImmediate as turn } from "node:timers/promises";
import { Client, type ClientOptions, Events, GatewayDispatchEvents, type VoiceState } from "discord.js";
import { GuildStats } from "../../src/guild-stats.ts";
import { sqlite } from "../../src/store/sqlite/index.ts";
import { LoopbackDiscord } from "../loopback/loopback-discord.ts";
import type { GuildOptions, World } from "../loopback/world.ts";
import { connect, PRIVILEGED_INTENTS } from "./connected-client.ts";
import { ManualClock } from "./manual-clock.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** So many packets are kept back that the client hands them on long after it is ready. */
export const KEPT_BACK = 200;

interface Half {
  readonly guild?: GuildOptions;
  readonly client?: Partial<ClientOptions>;
  /** What is so before the client logs in. */
  readonly before?: (discord: LoopbackDiscord, guild: World, stats: GuildStats) => unknown;
  /** What happens before the plugin is started, while the client logs in. Default: it is started before. */
  readonly unheard?: (discord: LoopbackDiscord, guild: World) => void;
}

/** A bot in two guilds, of which one has come, and the other one comes when the client is let in. */
export async function halfLoggedIn({
  guild: guildOptions = { members: 2 },
  client: clientOptions = {},
  before,
  unheard,
}: Half = {}) {
  const folder = temporaryFolder();
  const discord = await LoopbackDiscord.start();
  const [guild, late] = [discord.guild(guildOptions), discord.guild()];
  discord.removeGuild(late, { unavailable: true });
  const client = new Client({ intents: PRIVILEGED_INTENTS, ...discord.clientOptions, ...clientOptions });
  const clock = new ManualClock();
  const store = sqlite(folder.file("stats.db"));
  const options = { store, clock, activities: true, drainOnSignals: false, registerCommands: false };
  const stats = new GuildStats(client, options);
  const failures: unknown[] = [];
  stats.on("failure", (error) => failures.push(error));
  /** The channels of a member, in the order in which the client tells of them, which it does ahead of the plugin. */
  const told: (string | null)[] = [];
  client.on(Events.VoiceStateUpdate, (_, { channelId }: VoiceState) => told.push(channelId));
  if (!unheard) await stats.start();
  await before?.(discord, guild, stats);
  const came = once(client.ws, GatewayDispatchEvents.GuildCreate);
  const ready = connect(client, discord);
  await came;
  if (unheard) {
    unheard(discord, guild);
    await discord.taken();
    await stats.start();
  }
  const [general, lobby] = [guild.channel("general"), guild.channel("Lobby")];
  for (let message = 0; message < KEPT_BACK; message++) discord.message(guild, general, guild.user(1));
  return {
    ...{ discord, guild, lobby, client, clock, stats, told, failures },
    /** Lets the client in; what then happens in Discord comes before the client hands on what it kept back. */
    async letIn(then: () => void = () => undefined): Promise<void> {
      await discord.taken();
      client.once(Events.ClientReady, then);
      discord.returnGuild(late);
      await ready;
    },
    /** The client has told of everything. */
    async allTold(changes: number): Promise<void> {
      while (told.length < changes) await turn();
      await discord.taken();
      for (let left = KEPT_BACK; left > 0; left--) await turn();
    },
    cachedChannelOf: (userId: string) =>
      client.guilds.cache.get(guild.id)?.voiceStates.cache.get(userId)?.channelId,
    /** The client has told of everything that it kept back, and of what came in a thread. */
    async allSaid(): Promise<void> {
      await discord.taken();
      for (let left = 2 * KEPT_BACK; left > 0; left--) await turn();
    },
    async messagesOf(userId: string): Promise<number> {
      return (await stats.query.member(guild.id, userId)).totals.lifetime.messages;
    },
    async voiceMsOf(userId: string): Promise<number> {
      return (await stats.query.member(guild.id, userId)).totals.lifetime.voice;
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await stats.stop();
      await client.destroy();
      await discord[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}
