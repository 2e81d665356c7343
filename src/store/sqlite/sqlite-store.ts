import { randomBytes } from "node:crypto";
import type { Database } from "better-sqlite3";
import { type Clock, systemClock } from "../../clock.ts";
import { GuildStatsError } from "../../errors.ts";
import type { Snowflake } from "../../snowflake.ts";
import type { Batch, GuildSettings, GuildSnapshot, OptOutList, Store } from "../store.ts";
import { BatchWriter } from "./batch-writer.ts";
import { Checkpointer } from "./checkpointer.ts";
import { eraseUser } from "./erasure.ts";
import { GuildReader } from "./guild-reader.ts";
import { holdLock, openReader, openWriter } from "./open-database.ts";
import { storeError } from "./sqlite-error.ts";

interface Opened {
  readonly lock: Database;
  readonly database: Database;
  readonly readable: Database;
  readonly writer: BatchWriter;
  readonly reader: GuildReader;
  readonly checkpointer: Checkpointer;
}

export interface SqliteOptions {
  /** For the turns of the event loop between slices of a read. Default: the host's clock. */
  readonly clock?: Clock;
}

/** One SQLite file in WAL mode, for one process. */
export class SqliteStore implements Store {
  readonly #path: string;
  readonly #clock: Clock;
  #opened: Opened | null = null;

  constructor(path: string, options: SqliteOptions = {}) {
    this.#path = path;
    this.#clock = options.clock ?? systemClock;
  }

  async open(): Promise<void> {
    if (this.#opened) return;
    const closeable: Database[] = [];
    try {
      const lock = holdLock(this.#path);
      closeable.push(lock);
      const database = openWriter(this.#path);
      closeable.push(database);
      const readable = openReader(this.#path);
      closeable.push(readable);
      this.#opened = {
        lock,
        database,
        readable,
        writer: new BatchWriter(database),
        reader: new GuildReader(readable, this.#clock),
        checkpointer: new Checkpointer(this.#path),
      };
    } catch (thrown) {
      for (const connection of closeable.reverse()) connection.close();
      throw storeError(thrown, this.#path);
    }
  }

  apply(batch: Batch): Promise<"applied" | "duplicate"> {
    return this.#run(({ writer, checkpointer }) => {
      const result = writer.apply(batch);
      checkpointer.written();
      return result;
    });
  }

  load(
    guildId: Snowflake,
    { writer, fromHour }: { readonly writer: string; readonly fromHour: number },
  ): Promise<GuildSnapshot> {
    return this.#run(({ reader }) => reader.load(guildId, writer, fromHour));
  }

  settings(): Promise<ReadonlyMap<Snowflake, GuildSettings>> {
    return this.#run(({ database }) => {
      const rows = database
        .prepare<[], { id: string; enabled: number | null; time_zone: string | null; accent: number | null }>(
          `SELECT CAST(id AS TEXT) AS id, enabled, time_zone, accent FROM guild
           WHERE enabled IS NOT NULL OR time_zone IS NOT NULL OR accent IS NOT NULL`,
        )
        .all();
      return new Map(
        rows.map(({ id, enabled, time_zone, accent }) => [
          id,
          { enabled: enabled === null ? null : enabled === 1, timeZone: time_zone, accent },
        ]),
      );
    });
  }

  saveSettings(guildId: Snowflake, { enabled, timeZone, accent }: GuildSettings): Promise<void> {
    return this.#run(({ database }) => {
      database
        .prepare(
          `INSERT INTO guild (id, enabled, time_zone, accent) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE
           SET enabled = excluded.enabled, time_zone = excluded.time_zone, accent = excluded.accent`,
        )
        .run(BigInt(guildId), enabled === null ? null : Number(enabled), timeZone, accent);
    });
  }

  forget(userId: Snowflake): Promise<{ readonly rows: number }> {
    return this.#run(async ({ database, reader, writer }) => {
      // A load under way would keep the log from being emptied, and with it what it says about the user.
      await reader.idle();
      writer.forgetKeys();
      return { rows: eraseUser(database, userId) };
    });
  }

  optOuts(): Promise<OptOutList> {
    return this.#run(({ database }) => {
      database
        .prepare("INSERT INTO meta VALUES ('opt_out_key', ?) ON CONFLICT DO NOTHING")
        .run(randomBytes(32));
      const key = database
        .prepare<[], { value: Uint8Array }>("SELECT value FROM meta WHERE name = 'opt_out_key'")
        .get();
      const hashes = database.prepare<[], { user_hash: string }>("SELECT user_hash FROM opt_out").all();
      return { key: Uint8Array.from(key?.value ?? []), hashes: hashes.map(({ user_hash }) => user_hash) };
    });
  }

  addOptOut(hash: string): Promise<void> {
    return this.#run(({ database }) => {
      database.prepare("INSERT INTO opt_out VALUES (?) ON CONFLICT DO NOTHING").run(hash);
    });
  }

  removeOptOut(hash: string): Promise<void> {
    return this.#run(({ database }) => {
      database.prepare("DELETE FROM opt_out WHERE user_hash = ?").run(hash);
    });
  }

  async close(): Promise<void> {
    const opened = this.#opened;
    if (opened === null) return;
    this.#opened = null;
    await opened.reader.idle();
    await opened.checkpointer.close();
    // The last connection to close moves the log into the file and removes it.
    opened.readable.close();
    opened.database.close();
    opened.lock.close();
  }

  async #run<T>(task: (opened: Opened) => T | Promise<T>): Promise<T> {
    if (this.#opened === null) {
      throw new GuildStatsError("STORE_CLOSED", `${this.#path}: the store is not open`, {
        details: { path: this.#path },
      });
    }
    try {
      return await task(this.#opened);
    } catch (thrown) {
      throw storeError(thrown, this.#path);
    }
  }
}
