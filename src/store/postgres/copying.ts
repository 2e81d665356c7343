import { GuildStatsError } from "../../errors.ts";
import type { Snowflake } from "../../snowflake.ts";
import {
  type CopyProgress,
  type CopySide,
  type CopyTarget,
  NOTHING,
  type Totals,
} from "../copy/copy-side.ts";
import { type CopyRow, type CopyValue, MADE_BY_A_START, type Section } from "../copy/sections.ts";
import { storable } from "../text.ts";
import { changesUnknown } from "./changes.ts";
import { copySql } from "./copy-sql.ts";
import { type Connection, column, type Database, type SqlValue } from "./database.ts";
import { readCopyProgress } from "./half-copied.ts";
import { migrate, requireCurrent } from "./migrate.ts";
import { withPartitions } from "./partitions.ts";
import { sqlState, storeError } from "./postgres-error.ts";
import { Transactions } from "./transactions.ts";

/** A table is there already, or comes into being in two transactions at once. */
const MADE_MEANWHILE: ReadonlySet<string | undefined> = new Set(["42P07", "23505"]);

interface TotalsRow extends Totals {
  readonly ms: number;
}

export interface SchemaAddress {
  readonly connect: () => Database;
  readonly schema: string;
  /** As messages name it, without a password. */
  readonly shown: string;
}

/** Opens a schema to read it for a copy. @throws `STORE_*`; `STORE_FAILED` when it holds nothing of this version's */
export function openCopySource(address: SchemaAddress): Promise<CopySide> {
  return open(address, (transactions) =>
    transactions.snapshot((connection) => requireCurrent(connection, address.schema)),
  );
}

/** Opens a schema to fill it by a copy, and makes it if it is missing. @throws `STORE_*` */
export function openCopyTarget(address: SchemaAddress): Promise<CopyTarget> {
  return open(address, (transactions) => migrate(transactions, { partitioned: true }));
}

async function open(
  { connect, schema, shown }: SchemaAddress,
  prepare: (transactions: Transactions) => Promise<void>,
): Promise<PostgresCopySide> {
  const transactions = new Transactions(connect(), schema);
  try {
    await prepare(transactions);
    return new PostgresCopySide(transactions, shown, await transactions.snapshot(identityOf));
  } catch (thrown) {
    await transactions.close();
    throw storeError(thrown, schema);
  }
}

/** A server tells when it was started, to the microsecond, and numbers its databases. */
async function identityOf(connection: Connection): Promise<string> {
  const { rows } = await connection.query<{ identity: string }>(
    `SELECT concat_ws(' ', pg_postmaster_start_time(), oid, current_schema()) AS identity
     FROM pg_database WHERE datname = current_database()`,
  );
  return `postgres ${rows[0]?.identity}`;
}

/** A schema as a copy reads and fills it. Each page is a transaction. */
class PostgresCopySide implements CopyTarget {
  readonly shown: string;
  readonly identity: string;
  readonly #transactions: Transactions;

  constructor(transactions: Transactions, shown: string, identity: string) {
    this.shown = shown;
    this.identity = identity;
    this.#transactions = transactions;
  }

  progress(): Promise<CopyProgress | null> {
    return this.#read(readCopyProgress);
  }

  page(section: Section, after: CopyRow | null, limit: number): Promise<readonly CopyRow[]> {
    const { first, behind } = copySql(section);
    const names = section.columns.map(([name]) => name);
    return this.#read(async (connection) => {
      const { rows } = await (after === null
        ? connection.query<Record<string, CopyValue>>(first, [limit])
        : connection.query<Record<string, CopyValue>>(behind, [...after, limit]));
      return rows.map((row) => names.map((name) => row[name] ?? null));
    });
  }

  totals(section: Section): Promise<Totals> {
    return this.#read(async (connection) => {
      const { rows } = await connection.query<TotalsRow>(copySql(section).totals);
      return rows[0] ? totalsIn(rows[0]) : NOTHING;
    });
  }

  totalsOf(section: Section, guildIds: readonly Snowflake[]): Promise<ReadonlyMap<Snowflake, Totals>> {
    return this.#read(async (connection) => {
      const { rows } = await connection.query<TotalsRow & { readonly guild: string }>(
        copySql(section).totalsOf,
        [column(guildIds)],
      );
      return new Map(rows.map((row) => [row.guild, totalsIn(row)]));
    });
  }

  begin(progress: CopyProgress): Promise<void> {
    return this.#write(
      () => [],
      async (connection) => {
        try {
          await connection.script("CREATE TABLE copying (progress text NOT NULL)");
        } catch (thrown) {
          throw MADE_MEANWHILE.has(sqlState(thrown)) ? this.#writtenMeanwhile() : thrown;
        }
        await connection.query("INSERT INTO copying VALUES ($1)", [JSON.stringify(progress)]);
        for (const name of MADE_BY_A_START) await connection.query(`DELETE FROM ${name}`);
      },
    );
  }

  write(
    section: Section,
    rows: readonly CopyRow[],
    before: CopyProgress,
    after: CopyProgress,
  ): Promise<void> {
    const hourAt = section.name === "hourly" ? 1 : -1;
    return this.#write(
      () => rows.map((row) => Number(row[hourAt])),
      async (connection) => {
        // Two copies at once: the second one finds another progress than its own.
        const { changes } = await connection.query("UPDATE copying SET progress = $2 WHERE progress = $1", [
          JSON.stringify(before),
          JSON.stringify(after),
        ]);
        // Writers are copied at the end: until then one is a bot that opened the schema before the copy began.
        const isAlone = section.name === "writer" || !(await hasRows(connection, "writer"));
        if (changes !== 1 || !isAlone) throw this.#writtenMeanwhile();
        await connection.query(copySql(section).insert, columnsOf(section, rows));
      },
    );
  }

  finish(): Promise<void> {
    return this.#write(
      () => [],
      async (connection) => {
        await changesUnknown(connection);
        await connection.script("DROP TABLE copying");
      },
    );
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#transactions.close();
  }

  #writtenMeanwhile(): GuildStatsError {
    return new GuildStatsError("STORE_LOCKED", `${this.shown}: another process writes to it meanwhile`);
  }

  async #read<T>(task: (connection: Connection) => Promise<T>): Promise<T> {
    try {
      return await this.#transactions.snapshot(task);
    } catch (thrown) {
      throw storeError(thrown, this.#transactions.schema);
    }
  }

  async #write(
    hours: () => Iterable<number>,
    task: (connection: Connection) => Promise<void>,
  ): Promise<void> {
    try {
      await withPartitions(this.#transactions, hours, task);
    } catch (thrown) {
      throw storeError(thrown, this.#transactions.schema);
    }
  }
}

/** Numbers and ids as one value a column, texts as a list, as the driver takes them. */
function columnsOf({ columns }: Section, rows: readonly CopyRow[]): SqlValue[] {
  return columns.map(([, kind], at) => {
    const values = rows.map((row) => row[at] ?? null);
    return kind === "text" || kind === "mixed"
      ? values.map((value) => (value === null ? null : storable(String(value))))
      : column(values);
  });
}

function totalsIn({ rows, messages, ms }: TotalsRow): Totals {
  return { rows, messages, durationMs: ms };
}

async function hasRows(connection: Connection, table: string): Promise<boolean> {
  return (await connection.query(`SELECT 1 FROM ${table} LIMIT 1`)).rows.length > 0;
}
