import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { GuildStats } from "../../src/guild-stats.ts";
import { LoopbackDiscord } from "../loopback/loopback-discord.ts";
import { guildOnShard } from "../loopback/snowflake.ts";
import type { World } from "../loopback/world.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const PATIENCE_MS = 600_000;
const EXAMPLES = resolve(import.meta.dirname, "../../examples");

/** An example that runs in a process and a folder of its own, as a user starts it. */
export interface ExampleBot extends AsyncDisposable {
  readonly discord: LoopbackDiscord;
  /** One of each shard. */
  readonly guilds: readonly World[];
  /** The first of them. */
  readonly guild: World;
  readonly databaseFile: string;
  /** Lines that it printed so far. */
  readonly lines: readonly string[];
  /** Sends it a signal that it is to survive. */
  ask(signal: NodeJS.Signals): void;
  /** How the process ended, when it has. */
  readonly ended: Promise<NodeJS.Signals | number>;
  /** Asks it to stop, as a host does. Default: SIGTERM. @returns how the process ended */
  stop(signal?: NodeJS.Signals): Promise<NodeJS.Signals | number>;
}

export interface ExampleOptions {
  /** Names of commands that it registers beside GuildStats's. */
  readonly own?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** How many shards Discord tells it to run, of one guild each. Default: 1. */
  readonly shards?: number;
}

/**
 * Starts `examples/<file>`; resolves when it has registered all of GuildStats's commands and its own, and all its shards
 * are connected.
 * @throws what the example printed, when it ends before
 */
export async function startExample(
  file: string,
  { own = [], env = {}, shards = 1 }: ExampleOptions = {},
): Promise<ExampleBot> {
  const folder = temporaryFolder();
  writeFileSync(folder.file("package.json"), JSON.stringify({ type: "module" }));
  const discord = await LoopbackDiscord.start({ shards });
  // Processes that start beside each other on a slow machine may keep a user waiting for longer than Discord would.
  discord.lateBy(-PATIENCE_MS);
  const shardIds = Array.from({ length: shards }, (_, shard) => shard);
  const guilds = shardIds.map((shard) => discord.guild({ id: guildOnShard(shard, shards), members: 4 }));
  const [guild = discord.guild()] = guilds;
  const preloaded = [import.meta.resolve("tsx"), import.meta.resolve("./discord-on-loopback.ts")];
  const child = spawn(process.execPath, [resolve(EXAMPLES, file)], {
    cwd: folder.path,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      ...env,
      DISCORD_TOKEN: discord.token,
      LOOPBACK_DISCORD: discord.address,
      // Where "guildstats" is this repository's source.
      TSX_TSCONFIG_PATH: resolve(EXAMPLES, "tsconfig.json"),
      // Also of the processes that it starts in its turn.
      NODE_OPTIONS: preloaded.map((module) => `--import=${module}`).join(" "),
    },
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => {
      printed += text;
    });
  }
  const ended = (async (): Promise<NodeJS.Signals | number> => {
    const [code, signal] = await once(child, "close");
    return signal ?? code;
  })();
  const stop = async (signal: NodeJS.Signals = "SIGTERM"): Promise<NodeJS.Signals | number> => {
    child.kill(signal);
    return await ended;
  };
  const wanted = [...GuildStats.commands.map(({ name }) => name), ...own];
  const registered = async (): Promise<void> => {
    while (!wanted.every((name) => discord.commands.some((command) => command.name === name)))
      await discord.nextCommandWrite();
    await discord.connected(shardIds);
  };
  const early = async (): Promise<never> => {
    const how = await ended;
    throw new Error(`${file} ended with ${how}:\n${printed}`);
  };
  const bot = {
    discord,
    guilds,
    guild,
    databaseFile: folder.file("guildstats.db"),
    get lines() {
      return printed.split("\n");
    },
    ask: (signal: NodeJS.Signals): void => void child.kill(signal),
    ended,
    stop,
    async [Symbol.asyncDispose](): Promise<void> {
      await stop();
      await discord[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
  try {
    await Promise.race([registered(), early()]);
  } catch (thrown) {
    await bot[Symbol.asyncDispose]();
    throw thrown;
  }
  return bot;
}
