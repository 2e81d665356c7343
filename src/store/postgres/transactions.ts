import type { Clock } from "../../clock.ts";
import type { Connection, Database } from "./database.ts";
import { Listener } from "./listener.ts";
import { sqlState } from "./postgres-error.ts";

/** How often a transaction is tried that got into the way of another one. */
const ATTEMPTS = 5;
/** Of two that wait for each other, or that cannot both have come first, the server ends one: it may simply come again. */
const COLLISIONS: ReadonlySet<string | undefined> = new Set(["40001", "40P01"]);
/** Not a right of ours, not known to this engine, or not in the time that the server gives a statement. */
const NO_VACUUM: ReadonlySet<string | undefined> = new Set(["42501", "42601", "0A000", "57014"]);

/**
 * The transactions of one store. Each says itself in which schema it is, so that nothing depends on the state of a
 * session: a pooler between us and the server may give every transaction another one.
 */
export class Transactions {
  readonly #database: Database;
  readonly #setUp: string;
  readonly schema: string;

  /** @param schema an identifier without quotes in it */
  constructor(database: Database, schema: string) {
    this.#database = database;
    this.schema = schema;
    // A process that is gone without a word must not hold a guild for ever, nor must anyone wait for it in silence. How
    // long an answer is waited for says the driver, by what is asked.
    this.#setUp = `SET LOCAL search_path TO "${schema}"; SET LOCAL lock_timeout = '30s';
      SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = '60s'`;
  }

  /** A task may run several times; all but the last left no trace. */
  async write<T>(task: (connection: Connection) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#database.transaction(`BEGIN; ${this.#setUp}`, task);
      } catch (thrown) {
        if (attempt === ATTEMPTS || !COLLISIONS.has(sqlState(thrown))) throw thrown;
      }
    }
  }

  /** All that the task reads is of one moment. */
  snapshot<T>(task: (connection: Connection) => Promise<T>): Promise<T> {
    return this.#database.transaction(
      `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ${this.#setUp}`,
      task,
    );
  }

  /** Frees what deleted rows of these tables leave, and their entries in indexes, where that is allowed. */
  async vacuum(tables: readonly string[]): Promise<void> {
    const names = tables.map((table) => `"${this.schema}".${table}`).join();
    try {
      await this.#database.run(`VACUUM (INDEX_CLEANUP ON) ${names}`, "whole tables");
    } catch (thrown) {
      if (!NO_VACUUM.has(sqlState(thrown))) throw thrown;
    }
  }

  /**
   * Wakes all who {@link listen}. Never rejects: an engine without notices has none, and who asks now and then needs none.
   * Behind a transaction and not within, for there it would fail with it, and wait for all others that notify.
   */
  async notify(): Promise<void> {
    await this.#database.run(`NOTIFY "${this.#channel}"`, "nothing").catch(() => undefined);
  }

  listen(clock: Clock, wake: () => void): Listener {
    return new Listener(this.#database, this.#channel, clock, wake);
  }

  /** Names are 63 bytes at most; a schema's is 51. */
  get #channel(): string {
    return `guildstats_${this.schema}`;
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}
