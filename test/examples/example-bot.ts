import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { GuildStats } from "../../src/guild-stats.ts";
import { LoopbackDiscord } from "../loopback/loopback-discord.ts";
import type { World } from "../loopback/world.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const EXAMPLES = resolve(import.meta.dirname, "../../examples");

/** An example that runs in a process and a folder of its own, as a user starts it. */
export interface ExampleBot extends AsyncDisposable {
  readonly discord: LoopbackDiscord;
  readonly guild: World;
  readonly databaseFile: string;
  /** Lines that it printed so far. */
  readonly lines: readonly string[];
  /** Asks it to stop, as a host does. @returns how the process ended */
  stop(): Promise<NodeJS.Signals | number>;
}

/**
 * Starts `examples/<file>`; resolves when it has registered all of GuildStats's commands and these.
 * @throws what the example printed, when it ends before
 */
export async function startExample(
  file: string,
  own: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<ExampleBot> {
  const folder = temporaryFolder();
  writeFileSync(folder.file("package.json"), JSON.stringify({ type: "module" }));
  const discord = await LoopbackDiscord.start();
  const guild = discord.guild({ members: 4 });
  const preload = pathToFileURL(resolve(import.meta.dirname, "discord-on-loopback.ts")).href;
  const tsx = import.meta.resolve("tsx");
  const child = spawn(process.execPath, ["--import", tsx, "--import", preload, resolve(EXAMPLES, file)], {
    cwd: folder.path,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      ...env,
      DISCORD_TOKEN: discord.token,
      LOOPBACK_DISCORD: discord.address,
      // Where "guildstats" is this repository's source.
      TSX_TSCONFIG_PATH: resolve(EXAMPLES, "tsconfig.json"),
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
  const stop = async (): Promise<NodeJS.Signals | number> => {
    child.kill("SIGTERM");
    return await ended;
  };
  const wanted = [...GuildStats.commands.map(({ name }) => name), ...own];
  const registered = async (): Promise<void> => {
    while (!wanted.every((name) => discord.commands.some((command) => command.name === name)))
      await discord.nextCommandWrite();
  };
  const early = async (): Promise<never> => {
    const how = await ended;
    throw new Error(`${file} ended with ${how}:\n${printed}`);
  };
  const bot = {
    discord,
    guild,
    databaseFile: folder.file("guildstats.db"),
    get lines() {
      return printed.split("\n");
    },
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
