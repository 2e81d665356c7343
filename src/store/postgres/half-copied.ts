import { GuildStatsError } from "../../errors.ts";
import { type CopyProgress, copyProgress } from "../copy/copy-side.ts";
import type { Connection } from "./database.ts";

/** How far a copy into the schema has come; `null`: it is not half of one. */
export async function readCopyProgress(connection: Connection): Promise<CopyProgress | null> {
  // The table is there as long as the copy takes.
  const { rows } = await connection.query<{ known: boolean }>(
    "SELECT to_regclass(format('%I.copying', current_schema())) IS NOT NULL AS known",
  );
  if (rows[0]?.known !== true) return null;
  const kept = await connection.query<{ progress: string }>("SELECT progress FROM copying");
  return copyProgress.parse(JSON.parse(kept.rows[0]?.progress ?? "null"));
}

/** @throws `STORE_HALF_COPIED` */
export async function requireWhole(connection: Connection, schema: string): Promise<void> {
  const progress = await readCopyProgress(connection);
  if (progress === null) return;
  throw new GuildStatsError(
    "STORE_HALF_COPIED",
    `PostgreSQL, schema ${schema}: it holds half of a copy of ${progress.source}: finish it by the same command, or drop the schema`,
    { details: { schema, source: progress.source } },
  );
}
