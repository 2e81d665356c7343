import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Far } from "./far.ts";
import type { ClientRequest, ClientSample } from "./large-client.ts";
import type { DiscordAnswer, DiscordRequest } from "./large-discord.ts";

type LargeDiscord = Far<DiscordRequest, DiscordAnswer>;
type LargeClient = Far<ClientRequest, ClientSample>;

export function largeDiscord(): LargeDiscord {
  return new Far(join(import.meta.dirname, "large-discord.ts"));
}

/** Compiles what a client's process runs. TypeScript that is translated while it is loaded takes memory of its own. */
export function buildLargeClient(): void {
  const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  const { status } = spawnSync(process.execPath, [compiler, "-p", import.meta.dirname], { stdio: "inherit" });
  if (status !== 0) throw new Error("the client could not be compiled");
}

/** A client's process, after {@link buildLargeClient}. */
export function largeClient(): LargeClient {
  // Not the loader of TypeScript; a profile of this process is one of the client's, too.
  const flags = process.execArgv.filter((flag) => /^--(expose-gc|cpu-prof|heap-prof)/.test(flag));
  return new Far(join(import.meta.dirname, "results/built/bench/large-client.js"), flags);
}
