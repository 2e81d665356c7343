import type { Database } from "better-sqlite3";
import { GuildStatsError } from "../../errors.ts";
import { type CopyProgress, copyProgress } from "../copy/copy-side.ts";

/** How far a copy into the file has come; `null`: it is not half of one. */
export function readCopyProgress(database: Database): CopyProgress | null {
  // The table is there as long as the copy takes.
  const known = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'copying'").get();
  if (known === undefined) return null;
  const kept = database.prepare<[], string>("SELECT progress FROM copying").pluck().get();
  return copyProgress.parse(JSON.parse(kept ?? "null"));
}

/** @throws `STORE_HALF_COPIED` */
export function requireWhole(database: Database, path: string): void {
  const progress = readCopyProgress(database);
  if (progress === null) return;
  throw new GuildStatsError(
    "STORE_HALF_COPIED",
    `${path}: it holds half of a copy of ${progress.source}: finish it by the same command, or delete the file`,
    { details: { path, source: progress.source } },
  );
}
