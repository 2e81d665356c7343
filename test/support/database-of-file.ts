import { PGlite } from "@electric-sql/pglite";
import { afterAll } from "vitest";
import { PgliteDatabase } from "../store/pglite-database.ts";

/** A PostgreSQL database for the tests of one file, which is closed behind them: to make one takes seconds. */
export async function databaseOfFile(): Promise<PgliteDatabase> {
  const pglite = await PGlite.create();
  afterAll(() => pglite.close());
  return new PgliteDatabase(pglite);
}
