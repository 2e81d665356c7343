import type { PGlite, Results } from "@electric-sql/pglite";
import {
  type Answer,
  type Connection,
  type Database,
  type Listening,
  type SqlValue,
  VALUE_PARSERS,
} from "../../src/store/postgres/database.ts";

/** PostgreSQL within this process. It has one connection, so transactions take turns. */
export class PgliteDatabase implements Database {
  readonly #pglite: PGlite;
  #last: Promise<unknown> = Promise.resolve();

  /** @param pglite stays open when this is closed */
  constructor(pglite: PGlite) {
    this.#pglite = pglite;
  }

  transaction<T>(begin: string, task: (connection: Connection) => Promise<T>): Promise<T> {
    return this.#alone(async () => {
      await this.#pglite.exec(begin);
      try {
        const result = await task({
          query: (sql, parameters) => this.#ask(sql, parameters),
          script: async (sql) => void (await this.#pglite.exec(sql)),
        });
        await this.#pglite.exec("COMMIT");
        return result;
      } catch (thrown) {
        await this.#pglite.exec("ROLLBACK");
        throw thrown;
      }
    });
  }

  run(sql: string): Promise<void> {
    return this.#alone(async () => void (await this.#pglite.exec(sql)));
  }

  listen(channel: string, heard: () => void): Promise<Listening> {
    return this.#alone(async () => {
      const stop = await this.#pglite.listen(channel, heard);
      let isLost = (): void => undefined;
      const lost = new Promise<void>((resolve) => {
        isLost = resolve;
      });
      const end = async (): Promise<void> => {
        await this.#alone(() => stop());
        isLost();
      };
      return { lost, check: () => this.run("SELECT 1"), end };
    });
  }

  async close(): Promise<void> {
    await this.#last;
  }

  async #ask<Row extends object>(sql: string, parameters: readonly SqlValue[] = []): Promise<Answer<Row>> {
    const { rows, affectedRows = 0 }: Results<Row> = await this.#pglite.query<Row>(sql, [...parameters], {
      parsers: VALUE_PARSERS,
    });
    return { rows, changes: affectedRows };
  }

  #alone<T>(task: () => Promise<T>): Promise<T> {
    const next = this.#last.then(task);
    this.#last = next.catch(() => undefined);
    return next;
  }
}
