import type { Clock } from "../../src/clock.ts";
import { systemClock } from "../../src/clock.ts";
import type { Database } from "../../src/store/postgres/database.ts";
import { PostgresStore } from "../../src/store/postgres/postgres-store.ts";
import type { Store } from "../../src/store/store.ts";
import type { Place } from "./any-order.ts";
import type { Cells } from "./batches.ts";

/** Makes schemas of a database, and empties them rather than making others: a schema takes longer than a test. */
export class PostgresPlaces {
  readonly #connect: () => Database;
  readonly #prefix: string;
  readonly #free: string[] = [];
  #made = 0;

  constructor(connect: () => Database, prefix: string) {
    this.#connect = connect;
    this.#prefix = prefix;
  }

  async place(clock: Clock = systemClock): Promise<Place & { readonly schema: string }> {
    const schema = this.#free.pop() ?? `${this.#prefix}${++this.#made}`;
    return {
      schema,
      store: () => this.storeIn(schema, { clock }),
      days: (guildId) => this.#days(schema, guildId),
      [Symbol.asyncDispose]: async () => {
        await this.#empty(schema);
        this.#free.push(schema);
      },
    };
  }

  /** A store in a schema that is the caller's own. */
  storeIn(
    schema: string,
    options: { readonly clock?: Clock; readonly partitioned?: boolean; readonly vacuum?: boolean } = {},
  ): Store {
    return new PostgresStore(this.#connect, {
      schema,
      partitioned: true,
      vacuum: true,
      pollIntervalMs: 5_000,
      clock: systemClock,
      ...options,
    });
  }

  /** Rows of a query in a schema. */
  async ask<Row extends object>(schema: string, sql: string): Promise<readonly Row[]> {
    const database = this.#connect();
    try {
      return await database.transaction(
        `BEGIN; SET LOCAL search_path TO "${schema}"`,
        async (connection) => (await connection.query<Row>(sql)).rows,
      );
    } finally {
      await database.close();
    }
  }

  async #days(schema: string, guildId: string): Promise<Cells> {
    const rows = await this.ask<{ name: string; messages: number; ms: number }>(
      schema,
      `SELECT concat_ws(' ', day, place.id, member.id, state) AS name, messages, duration_ms AS ms FROM daily
       JOIN place ON place.guild_id = daily.guild_id AND place.key = daily.place
       JOIN member ON member.guild_id = daily.guild_id AND member.key = daily.member
       WHERE daily.guild_id = ${guildId}`,
    );
    return Object.fromEntries(rows.map(({ name, messages, ms }) => [name, [messages, ms]]));
  }

  async #empty(schema: string): Promise<void> {
    const tables = await this.ask<{ name: string }>(
      schema,
      `SELECT relname::text AS name FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
       WHERE nspname = current_schema() AND relkind IN ('r', 'p') AND NOT relispartition AND relname <> 'schema_version'`,
    );
    const database = this.#connect();
    await database.transaction(`BEGIN; SET LOCAL search_path TO "${schema}"`, (connection) =>
      connection.script(
        // A copy that was cut off has left a table that a whole schema has not.
        tables
          .map(({ name }) => (name === "copying" ? "DROP TABLE copying" : `DELETE FROM ${name}`))
          .join("; "),
      ),
    );
    await database.close();
  }
}
