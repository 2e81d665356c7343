import type { Snowflake } from "../../snowflake.ts";
import type { RedItem, RedStaging, StoredRedItem } from "../red-past.ts";
import type { Connection, Database } from "./database.ts";
import { isCurrent } from "./migrate.ts";
import { storeError } from "./postgres-error.ts";
import { Transactions } from "./transactions.ts";

const ITEMS = `SELECT kind, id, staged_ms AS "stagedMs", placed_ms AS "placedMs" FROM red_import ORDER BY kind, id`;

/** All that was imported from the Red cog, placed or not. */
async function readRedItems(connection: Connection): Promise<readonly StoredRedItem[]> {
  return (await connection.query<StoredRedItem>(ITEMS)).rows;
}

/** The same, which nobody places until the transaction ends. */
export async function holdRedItems(connection: Connection): Promise<readonly StoredRedItem[]> {
  return (await connection.query<StoredRedItem>(`${ITEMS} FOR UPDATE`)).rows;
}

/** The same, and how many users wait; within a snapshot. */
export async function readRedStaging(connection: Connection): Promise<RedStaging> {
  const { rows } = await connection.query<{ users: number }>(
    "SELECT count(DISTINCT user_id) AS users FROM red_lifetime",
  );
  return { items: await readRedItems(connection), users: rows[0]?.users ?? 0 };
}

/**
 * {@link readRedStaging} of a schema that is only read. One that is missing, or older than this version, holds nothing.
 * @throws `STORE_FOREIGN`, `STORE_NEWER`, `STORE_UNREACHABLE` and what else a server answers
 */
export async function redStagingIn(connect: () => Database, schema: string): Promise<RedStaging> {
  const transactions = new Transactions(connect(), schema);
  try {
    return await transactions.snapshot(async (connection) =>
      (await isCurrent(connection, schema)) ? await readRedStaging(connection) : { items: [], users: 0 },
    );
  } catch (thrown) {
    throw storeError(thrown, schema);
  } finally {
    await transactions.close();
  }
}

/** The users of whom counts wait in one channel, or in one guild's activities. */
export async function readRedUsers(connection: Connection, { kind, id }: RedItem): Promise<Snowflake[]> {
  const { rows } = await connection.query<{ id: string }>(
    "SELECT DISTINCT user_id::text AS id FROM red_lifetime WHERE kind = $1 AND id = $2",
    [kind, id],
  );
  return rows.map((row) => row.id);
}
