#!/usr/bin/env node
import { parseArgs } from "node:util";
import { systemClock } from "../clock.ts";
import { asError, GuildStatsError } from "../errors.ts";

const USAGE = `usage:
  guildstats                start the bot: DISCORD_TOKEN is required, GUILDSTATS_DB names the database file
  guildstats doctor FILE    check a database file, which is only read; 0: sound, 1: problems, 2: not opened
  guildstats health [--db FILE]
                            whether the bot over that database is alive, connected and able to write, for a container's
                            health check; 0: it is, 1: it is not
  guildstats import-red SETTINGS [--db FILE] [--yes]
                            take over what the Red cog counted from its settings.json, while the bot is stopped;
                            says first what it would do, and does it after --yes, or when asked on a terminal
                            0: imported, or only told; 1: the database failed; 2: SETTINGS is broken, nothing changed
  guildstats import-red --status [--db FILE]
                            what of an import still waits for the bot to see its channel or server
  --db FILE                 the database; without it GUILDSTATS_DB, or else guildstats.db`;

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
  const isImport = command === "import-red";
  if (command === "start" && rest.length === 0 && isOnly(values, [])) {
    const { start } = await import("./start.ts");
    await start();
    return null;
  }
  const [file] = rest;
  const print = (line: string): void => console.log(line);
  if (command === "doctor" && rest.length === 1 && file !== undefined && isOnly(values, [])) {
    const { doctor } = await import("./doctor.ts");
    return doctor(file, print);
  }
  const databaseFile = values.db || process.env["GUILDSTATS_DB"] || "guildstats.db";
  if (command === "health" && rest.length === 0 && isOnly(values, ["db"])) {
    const { health } = await import("./health.ts");
    return health(databaseFile, systemClock.nowMs(), print);
  }
  if (isImport && rest.length === 1 && file !== undefined && isOnly(values, ["db", "yes"])) {
    const { importRed } = await import("./import-red.ts");
    return await importRed(file, databaseFile, values.yes === true, print);
  }
  if (isImport && rest.length === 0 && values.status && isOnly(values, ["db", "status"])) {
    const { redStatus } = await import("./red-status.ts");
    redStatus(databaseFile, print);
    return 0;
  }
  console.error(USAGE);
  return 2;
}

function parsedArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        help: { type: "boolean", short: "h" },
        db: { type: "string" },
        yes: { type: "boolean" },
        status: { type: "boolean" },
      },
    });
  } catch (thrown) {
    console.error(`${asError(thrown).message}\n${USAGE}`);
    return null;
  }
}

function isOnly(values: object, allowed: readonly string[]): boolean {
  return Object.keys(values).every((option) => allowed.includes(option));
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
