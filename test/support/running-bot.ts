import { once } from "node:events";
import type { Client } from "discord.js";
import type { GuildStatsError } from "../../src/errors.ts";
import { GuildStats } from "../../src/guild-stats.ts";
import type { GuildStatsOptions } from "../../src/options.ts";
import { sqlite } from "../../src/store/sqlite/index.ts";
import { LoopbackDiscord } from "../loopback/loopback-discord.ts";
import type { GuildOptions, User, World } from "../loopback/world.ts";
import { connect, INTENTS, makeClient } from "./connected-client.ts";
import { type Fault, withFaults } from "./faulty-store.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** A bot with the plugin, a guild, and a Discord to be in. */
export interface RunningBot extends AsyncDisposable {
  readonly discord: LoopbackDiscord;
  readonly guild: World;
  readonly client: Client<true>;
  readonly stats: GuildStats;
  readonly failures: GuildStatsError[];
  readonly databaseFile: string;
  /** The line to the store, to be cut. */
  readonly line: { loads: boolean; erasures: boolean; choices: boolean | "hangs" };
  /** Faults of the next writes, in order. */
  readonly faults: Fault[];
  /** Lets go on what hangs in the store. */
  letGo(): void;
  /** A member calls `/guildstats <subcommand>` in `general`. */
  call(
    subcommand: string,
    options?: Parameters<LoopbackDiscord["call"]>[0]["options"],
    user?: User,
  ): ReturnType<LoopbackDiscord["call"]>;
}

export async function runBot(
  guildOptions: GuildOptions = {},
  options: Partial<GuildStatsOptions> = {},
  intents = INTENTS,
): Promise<RunningBot> {
  const folder = temporaryFolder();
  const discord = await LoopbackDiscord.start();
  const guild = discord.guild({ members: 4, ...guildOptions });
  const bot = await startBot(discord, guild, folder.file("stats.db"), options, intents);
  return {
    ...bot,
    async [Symbol.asyncDispose](): Promise<void> {
      await bot[Symbol.asyncDispose]();
      await discord[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

/** A bot in a Discord that is there already, over a database that may be: for tests that start it again. */
export async function startBot(
  discord: LoopbackDiscord,
  guild: World,
  databaseFile: string,
  options: Partial<GuildStatsOptions> = {},
  intents = INTENTS,
): Promise<RunningBot> {
  const client = makeClient(discord, intents);
  const { store, line, faults, letGo } = withFaults(sqlite(databaseFile));
  const stats = new GuildStats(client, {
    store,
    imageHosts: [discord.host],
    drainOnSignals: false,
    ...options,
  });
  const failures: GuildStatsError[] = [];
  stats.on("failure", (error) => failures.push(error));
  await stats.start();
  const registered =
    options.registerCommands === false ? null : Promise.race([once(stats, "registered"), rejected(stats)]);
  const ready = await connect(client, discord);
  await registered;
  return {
    discord,
    guild,
    client: ready,
    stats,
    failures,
    databaseFile,
    line,
    faults,
    letGo,
    call: (subcommand, callOptions = {}, user = guild.user(0)) =>
      discord.call({ guild, user, command: "guildstats", subcommand, options: callOptions }),
    async [Symbol.asyncDispose](): Promise<void> {
      await stats.stop().catch(() => undefined);
      await client.destroy();
    },
  };
}

/** Rejects with the first failure: a test must not wait for what will not come. */
async function rejected(stats: GuildStats): Promise<never> {
  const [error]: unknown[] = await once(stats, "failure");
  throw error;
}
