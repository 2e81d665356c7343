import { readFileSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { systemClock } from "../clock.ts";
import { asError } from "../errors.ts";
import { pastOf } from "../red/past.ts";
import { type RedImport, readRedSettings } from "../red/red-import.ts";
import { redStagingAt, type StoreAddress, storeAt } from "../store/address.ts";
import { optOutHash } from "../store/opt-out-hash.ts";
import type { RedStagingReport } from "../store/red-past.ts";
import { openedAlone } from "./bot-stopped.ts";
import { dryRunLines, importedLines } from "./red-lines.ts";

/**
 * Takes over what the Red cog's settings.json holds: tells it, and does it after a yes.
 * @param isConfirmed whether the yes was given beforehand; else it is asked for on a terminal
 * @returns the exit code: 0 imported or only told, 2 the file is broken and nothing was changed
 * @throws `STORE_*`
 */
export async function importRed(
  settingsFile: string,
  database: StoreAddress,
  isConfirmed: boolean,
  print: (line: string) => void,
): Promise<0 | 2> {
  const nowMs = systemClock.nowMs();
  let imported: RedImport;
  try {
    imported = readRedSettings(readFileSync(settingsFile, "utf8"), nowMs);
  } catch (thrown) {
    console.error(`${settingsFile}: ${asError(thrown).message}\nNothing was changed.`);
    return 2;
  }
  for (const line of dryRunLines(imported, await redStagingAt(database))) print(line);
  print("");
  if (!isConfirmed && !(await isConfirmedNow(database))) {
    print("Nothing was changed. With --yes it is imported.");
    return 0;
  }
  for (const line of importedLines(await stage(imported, database, nowMs))) print(line);
  return 0;
}

async function isConfirmedNow({ shown }: StoreAddress): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await terminal.question(`Import this into ${shown}? [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}

async function stage(imported: RedImport, database: StoreAddress, nowMs: number): Promise<RedStagingReport> {
  const store = await storeAt(database);
  await openedAlone(() => store.open(), "import");
  try {
    const { key, hashes, ignored } = await store.optOuts();
    const hashOf = (userId: string): string => optOutHash(key, userId);
    const report = await store.stageRed(
      pastOf(imported, { nowMs, hashOf, optedOut: new Set([...hashes, ...ignored]) }),
      nowMs,
    );
    // Also after an import that was interrupted here. Whom the owner stopped ignoring since is not in the list.
    const stillIgnored = new Set((await store.optOuts()).ignored);
    for (const userId of imported.ignoredUserIds) {
      if (stillIgnored.has(hashOf(userId))) await store.forget(userId);
    }
    return report;
  } finally {
    await store.close();
  }
}
