#!/usr/bin/env node
import { parseArgs } from "node:util";
import { asError, GuildStatsError } from "../errors.ts";

const USAGE = `usage:
  guildstats                start the bot: DISCORD_TOKEN is required, GUILDSTATS_DB names the database file
  guildstats doctor FILE    check a database file, which is only read; 0: sound, 1: problems, 2: not opened`;

/** Runs what the arguments ask for; gives the exit code, or `null` while a bot runs. */
async function main(): Promise<number | null> {
  const parsed = parsedArguments();
  if (parsed === null) return 2;
  const { values, positionals } = parsed;
  const [command = "start", ...rest] = positionals;
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  // Each command loads only what it needs: a doctor needs no Discord.
  if (command === "start" && rest.length === 0) {
    const { start } = await import("./start.ts");
    await start();
    return null;
  }
  const [file] = rest;
  if (command === "doctor" && rest.length === 1 && file !== undefined) {
    const { doctor } = await import("./doctor.ts");
    return doctor(file, (line) => console.log(line));
  }
  console.error(USAGE);
  return 2;
}

function parsedArguments() {
  try {
    return parseArgs({ allowPositionals: true, options: { help: { type: "boolean", short: "h" } } });
  } catch (thrown) {
    console.error(`${asError(thrown).message}\n${USAGE}`);
    return null;
  }
}

main().then(
  (code) => {
    if (code !== null) process.exitCode = code;
  },
  (thrown: unknown) => {
    const error = asError(thrown);
    console.error(error instanceof GuildStatsError ? `${error.code}: ${error.message}` : error.message);
    process.exitCode = 1;
  },
);
