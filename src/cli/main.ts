#!/usr/bin/env node
import { parseArgs } from "node:util";
import { systemClock } from "../clock.ts";
import { asError, GuildStatsError } from "../errors.ts";
import { storeAddress } from "../store/address.ts";

const USAGE = `usage:
  guildstats                start the bot: DISCORD_TOKEN is required, GUILDSTATS_DB names the database
  guildstats doctor DB      check a database, which is only read; 0: sound, 1: problems, 2: not opened
  guildstats health [--db DB]
                            whether this machine's bot over that database is alive, connected and able to write, for a
                            container's health check; of several the one with this SHARDS; 0: it is, 1: it is not
  guildstats copy FROM TO   copy all that a database holds into an empty one, while no bot uses either, and compare both;
                            what was cut off goes on by the same command, and no bot opens half of a copy
                            0: both hold the same; 1: refused or failed
  guildstats import-red SETTINGS [--db DB] [--yes]
                            take over what the Red cog counted from its settings.json, while the bot is stopped;
                            says first what it would do, and does it after --yes, or when asked on a terminal
                            0: imported, or only told; 1: the database failed; 2: SETTINGS is broken, nothing changed
  guildstats import-red --status [--db DB]
                            what of an import still waits for the bot to see its channel or server
  --db DB                   the database; without it GUILDSTATS_DB, or else guildstats.db
  DB, FROM, TO              a SQLite file (FILE or sqlite:FILE), or a PostgreSQL database, by the package pg:
                            postgres://USER@HOST/DATABASE[?schema=SCHEMA]; the password as PGPASSWORD, or in the URL`;

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
  const [first, second] = rest;
  const print = (line: string): void => console.log(line);
  const database = () => storeAddress(values.db || process.env["GUILDSTATS_DB"] || "guildstats.db");
  const isImport = command === "import-red";
  if (command === "start" && rest.length === 0 && isOnly(values, [])) {
    const { start } = await import("./start.ts");
    await start(database());
    return null;
  }
  if (command === "doctor" && rest.length === 1 && first !== undefined && isOnly(values, [])) {
    const { doctor } = await import("./doctor.ts");
    return await doctor(storeAddress(first), print);
  }
  if (command === "health" && rest.length === 0 && isOnly(values, ["db"])) {
    const { health } = await import("./health.ts");
    return health(database(), systemClock.nowMs(), print);
  }
  if (command === "copy" && rest.length === 2 && first && second && isOnly(values, [])) {
    const { copyStore } = await import("./copy.ts");
    const tell = (line: string): void => console.error(line);
    await copyStore(storeAddress(first), storeAddress(second), print, tell);
    return 0;
  }
  if (isImport && rest.length === 1 && first !== undefined && isOnly(values, ["db", "yes"])) {
    const { importRed } = await import("./import-red.ts");
    return await importRed(first, database(), values.yes === true, print);
  }
  if (isImport && rest.length === 0 && values.status && isOnly(values, ["db", "status"])) {
    const { redStatus } = await import("./red-status.ts");
    await redStatus(database(), print);
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
    const isCoded = error instanceof GuildStatsError;
    console.error(isCoded ? `${error.code}: ${error.message}` : error.message);
    // An address that names no database is an argument as it should not be.
    process.exitCode = isCoded && error.code === "OPTION_INVALID" ? 2 : 1;
  },
);
