import type { Connection } from "./database.ts";
import { sqlState } from "./postgres-error.ts";
import { PARTITION_HOURS } from "./schema.ts";
import type { Transactions } from "./transactions.ts";

/** "No partition of relation … found for row": the schema has no other checks. */
const NO_PARTITION = "23514";
/** Held by others for too long, dropped by one of them, or another's to drop. */
const LEFT_ALONE: ReadonlySet<string | undefined> = new Set(["55P03", "42P01", "42501"]);

/**
 * Runs a transaction, and once more with partitions for its hours if one was missing. So nobody has to know which ones
 * there are, another process may drop them, and a table without partitions works as well.
 */
export async function withPartitions<T>(
  transactions: Transactions,
  hours: () => Iterable<number> | Promise<Iterable<number>>,
  task: (connection: Connection) => Promise<T>,
): Promise<T> {
  try {
    return await transactions.write(task);
  } catch (thrown) {
    if (sqlState(thrown) !== NO_PARTITION) throw thrown;
    await add(transactions, await hours());
    return await transactions.write(task);
  }
}

/**
 * Made beside and then attached: making a partition in place would wait for all who read hourly rows, a backup among
 * them, and hold up all who write them.
 */
async function add(transactions: Transactions, hours: Iterable<number>): Promise<void> {
  const indices = new Set(Array.from(hours, (hour) => Math.floor(hour / PARTITION_HOURS)));
  await transactions.write(async (connection) => {
    // Whoever makes partitions meanwhile comes first.
    await connection.query("SELECT version FROM schema_version FOR UPDATE");
    const known = new Set((await partitions(connection)).map(({ index }) => index));
    for (const index of [...indices].sort((a, b) => a - b)) {
      if (known.has(index)) continue;
      const name = `hourly_${index}`;
      await connection.query(`CREATE TABLE ${name} (LIKE hourly INCLUDING ALL)`);
      await connection.query(
        `ALTER TABLE hourly ATTACH PARTITION ${name}
         FOR VALUES FROM (${index * PARTITION_HOURS}) TO (${(index + 1) * PARTITION_HOURS})`,
      );
    }
  });
}

/** Drops partitions whose hours are all before one, and in which no row is left. */
export async function dropEmptyPartitions(transactions: Transactions, beforeHour: number): Promise<void> {
  const old = await transactions.snapshot(async (connection) =>
    (await partitions(connection)).filter(({ index }) => (index + 1) * PARTITION_HOURS <= beforeHour),
  );
  for (const { name } of old) {
    try {
      await transactions.write((connection) => dropIfEmpty(connection, name));
    } catch (thrown) {
      // Somebody reads or writes just now: it is empty the next time as well. Or another process was faster, or this one
      // may read and write rows only.
      if (!LEFT_ALONE.has(sqlState(thrown))) throw thrown;
    }
  }
}

async function dropIfEmpty(connection: Connection, name: string): Promise<void> {
  const isEmpty = async (): Promise<boolean> =>
    (await connection.query(`SELECT 1 FROM ${name} LIMIT 1`)).rows.length === 0;
  if (!(await isEmpty())) return;
  // While this waits, everybody else waits behind it.
  await connection.query("SET LOCAL lock_timeout = '200ms'");
  await connection.query("LOCK TABLE ONLY hourly IN ACCESS EXCLUSIVE MODE");
  if (await isEmpty()) await connection.query(`DROP TABLE ${name}`);
}

/** The partitions that there are; none where the table has no partitions. */
async function partitions(
  connection: Connection,
): Promise<{ readonly name: string; readonly index: number }[]> {
  const { rows } = await connection.query<{ name: string }>(
    `SELECT child.relname::text AS name FROM pg_inherits
     JOIN pg_class AS child ON child.oid = inhrelid JOIN pg_class AS parent ON parent.oid = inhparent
     WHERE parent.relname = 'hourly' AND parent.relkind = 'p'
       AND parent.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())`,
  );
  return rows.map(({ name }) => ({ name, index: Number(name.slice("hourly_".length)) }));
}
