import pg, { type PoolClient, type PoolConfig, type QueryConfig } from "pg";
import { asError, GuildStatsError } from "../../errors.ts";
import {
  type Answer,
  type Connection,
  type Database,
  type Listening,
  type SqlValue,
  VALUE_PARSERS,
} from "./database.ts";

/** A server that takes no connection for so long is away. */
const CONNECT_MS = 10_000;
/** A statement that is not answered for so long never will be: the line was cut without a word. */
const ANSWER_MS = 120_000;
/** A connection that only listens is asked for a sign of life; one that needs longer has none. */
const SIGN_OF_LIFE_MS = 10_000;
/** What goes through whole tables may take long. */
export const WHOLE_TABLES_MS = 6 * 3_600_000;

/** A server, by a pool of connections of the package pg. Connects when it is first asked. */
export class PoolDatabase implements Database {
  readonly #config: PoolConfig;
  readonly #pool: pg.Pool;

  constructor(config: PoolConfig) {
    this.#config = {
      connectionTimeoutMillis: CONNECT_MS,
      keepAlive: true,
      application_name: "guildstats",
      ...config,
    };
    const types = new pg.TypeOverrides();
    for (const [oid, parser] of Object.entries(VALUE_PARSERS)) types.setTypeParser(Number(oid), parser);
    this.#pool = new pg.Pool({
      query_timeout: ANSWER_MS,
      ...this.#config,
      types,
    });
    // A connection that ends while nobody uses it is replaced by the pool. One that ends within a transaction says so
    // to the next statement; without a listener either would end the process.
    this.#pool.on("error", ignore);
    this.#pool.on("connect", (client) => client.on("error", ignore));
  }

  async transaction<T>(begin: string, task: (connection: Connection) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    let spoiled: Error | undefined;
    try {
      await client.query(begin);
      const result = await task({
        query: (sql, parameters) => ask(client, sql, parameters),
        script: async (sql) => void (await client.query(sql)),
      });
      await client.query("COMMIT");
      return result;
    } catch (thrown) {
      spoiled = await rolledBack(client, thrown);
      throw thrown;
    } finally {
      client.release(spoiled);
    }
  }

  async run(sql: string, reads: "nothing" | "whole tables"): Promise<void> {
    const wholeTables: QueryConfig & { readonly query_timeout: number } = {
      text: sql,
      query_timeout: WHOLE_TABLES_MS,
    };
    await this.#pool.query(reads === "nothing" ? sql : wholeTables);
  }

  async listen(channel: string, heard: () => void): Promise<Listening> {
    const client = new pg.Client({ ...this.#config, query_timeout: this.#signOfLifeMs });
    let isLost = ignore;
    const lost = new Promise<void>((resolve) => {
      isLost = resolve;
    });
    client.on("error", isLost);
    client.on("end", isLost);
    client.on("notification", heard);
    const ask = async (sql: string): Promise<void> => void (await client.query(sql));
    // A line that was cut without a word does not say that it has ended: nobody waits for that.
    const end = async (): Promise<void> => {
      client.end().catch(ignore);
      isLost();
    };
    try {
      await client.connect();
      await ask(`LISTEN "${channel}"`);
    } catch (thrown) {
      await end();
      throw thrown;
    }
    return { lost, check: () => ask("SELECT 1"), end };
  }

  get #signOfLifeMs(): number {
    return Math.min(SIGN_OF_LIFE_MS, this.#config.query_timeout ?? SIGN_OF_LIFE_MS);
  }

  close(): Promise<void> {
    return this.#pool.end();
  }
}

/** @returns why the connection must not be used again */
async function rolledBack(client: PoolClient, thrown: unknown): Promise<Error | undefined> {
  // Unless it was the server or we who refused, it is not known how the connection stands: closed, the server rolls back.
  if (!(thrown instanceof pg.DatabaseError || thrown instanceof GuildStatsError)) return asError(thrown);
  try {
    await client.query("ROLLBACK");
    return undefined;
  } catch (failed) {
    return asError(failed);
  }
}

async function ask<Row extends object>(
  client: PoolClient,
  sql: string,
  parameters: readonly SqlValue[] = [],
): Promise<Answer<Row>> {
  const { rows, rowCount } = await client.query<Row>(sql, [...parameters]);
  return { rows, changes: rowCount ?? 0 };
}

function ignore(): void {}
