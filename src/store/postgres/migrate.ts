import { GuildStatsError } from "../../errors.ts";
import type { Connection } from "./database.ts";
import { sqlState } from "./postgres-error.ts";
import { MIGRATIONS } from "./schema.ts";
import type { Transactions } from "./transactions.ts";

/** Two processes that make the same schema or table at once: the second is told that it is there, in one of these ways. */
const MADE_MEANWHILE: ReadonlySet<string | undefined> = new Set(["23505", "42P06", "42P07"]);

/**
 * Makes the schema if it is missing, and brings it up to date. Processes that start together migrate once: the row with
 * the version is held meanwhile. Without anything to do, no right to make tables is needed.
 * @throws `STORE_UNWRITABLE`, `STORE_FOREIGN`, `STORE_NEWER`, or the driver's own error
 */
export async function migrate(
  transactions: Transactions,
  options: { readonly partitioned: boolean },
): Promise<void> {
  const { schema } = transactions;
  const known = await transactions.write((connection) => requireOurs(connection, schema));
  if (!known) await made(transactions);
  await transactions.write(async (connection) => {
    // Held also without a step to take: a server that cannot be written is found out now, not at the first flush.
    const found = await supportedVersion(connection, schema, "FOR UPDATE");
    const supported = MIGRATIONS.length;
    for (const step of MIGRATIONS.slice(found)) await connection.script(step(options));
    if (found < supported) await connection.query("UPDATE schema_version SET version = $1", [supported]);
  });
}

/** Whether the schema is there, and of this version. @throws `STORE_FOREIGN`, `STORE_NEWER` */
export async function isCurrent(connection: Connection, schema: string): Promise<boolean> {
  return (
    (await requireOurs(connection, schema)) &&
    (await supportedVersion(connection, schema, "")) === MIGRATIONS.length
  );
}

/**
 * For who only reads.
 * @throws `STORE_FAILED` when the schema is missing or older than this version's, `STORE_FOREIGN`, `STORE_NEWER`
 */
export async function requireCurrent(connection: Connection, schema: string): Promise<void> {
  if (await isCurrent(connection, schema)) return;
  const why = "there is none of this version; start the bot with it once";
  throw new GuildStatsError("STORE_FAILED", `PostgreSQL, schema ${schema}: ${why}`, { details: { schema } });
}

/** The schema's version. @throws `STORE_NEWER` */
async function supportedVersion(
  connection: Connection,
  schema: string,
  held: "FOR UPDATE" | "",
): Promise<number> {
  const { rows } = await connection.query<{ version: number }>(`SELECT version FROM schema_version ${held}`);
  const found = rows[0]?.version ?? 0;
  const supported = MIGRATIONS.length;
  if (found <= supported) return found;
  throw new GuildStatsError(
    "STORE_NEWER",
    `PostgreSQL, schema ${schema}: version ${found} was written by a newer GuildStats; this one supports up to ${supported}`,
    { details: { schema, found, supported } },
  );
}

/** Whether the schema is there. @throws `STORE_FOREIGN`, `STORE_UNWRITABLE` */
async function requireOurs(connection: Connection, schema: string): Promise<boolean> {
  // Both counts are of one moment, unlike what to_regclass says: another process may be making the schema.
  const { rows } = await connection.query<{ known: boolean; tables: number; encoding: string }>(
    `SELECT count(*) AS tables, coalesce(bool_or(relname = 'schema_version'), false) AS known,
       current_setting('server_encoding') AS encoding
     FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
     WHERE nspname = $1 AND relkind IN ('r', 'p')`,
    [schema],
  );
  const { known = false, tables = 0, encoding = "" } = rows[0] ?? {};
  if (!known && tables > 0) {
    throw new GuildStatsError(
      "STORE_FOREIGN",
      `PostgreSQL, schema ${schema}: there are tables of another program in it`,
      { details: { schema } },
    );
  }
  if (encoding !== "UTF8") {
    throw new GuildStatsError(
      "STORE_UNWRITABLE",
      `PostgreSQL, schema ${schema}: the database's encoding is ${encoding}, which cannot hold all names; UTF8 can`,
      { details: { schema, encoding } },
    );
  }
  return known;
}

async function made(transactions: Transactions): Promise<void> {
  const { schema } = transactions;
  const make = async (connection: Connection): Promise<void> => {
    // Asked first: whoever was given a schema need not have the right to make one.
    const { rows } = await connection.query("SELECT 1 FROM pg_namespace WHERE nspname = $1", [schema]);
    if (rows.length === 0) await connection.query(`CREATE SCHEMA "${schema}"`);
    await connection.query(
      "CREATE TABLE schema_version (one boolean PRIMARY KEY CHECK (one), version integer NOT NULL)",
    );
    await connection.query("INSERT INTO schema_version VALUES (true, 0)");
  };
  try {
    await transactions.write(make);
  } catch (thrown) {
    if (!MADE_MEANWHILE.has(sqlState(thrown))) throw thrown;
  }
}
