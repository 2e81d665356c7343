import type { Database } from "better-sqlite3";
import { asError } from "../../../errors.ts";
import { type Finding, problem } from "../../finding.ts";
import { openCurrentReader } from "../open-database.ts";
import { storeError } from "../sqlite-error.ts";
import { copied } from "./copied.ts";
import { type Check, RESTORE } from "./finding.ts";
import { integrity, references } from "./integrity.ts";
import { numbers } from "./numbers.ts";
import { orphans } from "./orphans.ts";
import { times, writers } from "./times.ts";
import { totals } from "./totals.ts";

export type { Finding } from "../../finding.ts";

const CHECKS: readonly Check[] = [integrity, copied, references, orphans, numbers, totals, times, writers];

/**
 * Checks a database file, one check after another, and only reads it; a bot may use it meanwhile. SQLite may leave
 * an empty `-wal` and a `-shm` beside a file that was closed; the bot's next start takes them up.
 * @param nowMs the present, Unix milliseconds
 * @throws `STORE_UNWRITABLE` when it cannot be opened, `STORE_CORRUPT` when it is no database, `STORE_FOREIGN`,
 * `STORE_NEWER`, `STORE_FAILED` when its schema is older than this version's
 */
export function* examine(path: string, nowMs: number): Generator<Finding & { readonly check: string }> {
  const database = open(path);
  try {
    for (const check of CHECKS) yield { check: check.name, ...run(check, database, nowMs) };
  } finally {
    database.close();
  }
}

function open(path: string): Database {
  try {
    return openCurrentReader(path);
  } catch (thrown) {
    throw storeError(thrown, path);
  }
}

function run(check: Check, database: Database, nowMs: number): Finding {
  try {
    return check.run(database, nowMs);
  } catch (thrown) {
    return problem(`could not be checked: ${asError(thrown).message}`, RESTORE);
  }
}
