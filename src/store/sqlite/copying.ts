import { existsSync, realpathSync } from "node:fs";
import { resolve } from "node:path";
import type { Database, Statement } from "better-sqlite3";
import { GuildStatsError } from "../../errors.ts";
import type { Snowflake } from "../../snowflake.ts";
import {
  type CopyProgress,
  type CopySide,
  type CopyTarget,
  NOTHING,
  type Totals,
} from "../copy/copy-side.ts";
import type { ColumnKind, CopyRow, CopyValue, Section } from "../copy/sections.ts";
import { copySql } from "./copy-sql.ts";
import { readCopyProgress } from "./half-copied.ts";
import { openCurrentReader, openWriter, requireFolder } from "./open-database.ts";
import { holdProcessLock } from "./process-lock.ts";
import { storeError } from "./sqlite-error.ts";

/** SQLite's own default: nothing but the copy is slowed down by a checkpoint. */
const PAGES_PER_CHECKPOINT = 1_000;

type TotalsRow = [rows: number, messages: number, durationMs: number];
type Bound = string | number | bigint | null;

/** Where a file is, whether it is there or not, however its path is written. */
function fileIdentity(path: string): string {
  return `sqlite ${existsSync(path) ? realpathSync(path) : resolve(path)}`;
}

/**
 * Opens a file to read it for a copy, and keeps bots out meanwhile.
 * @throws `STORE_LOCKED` while a bot uses it, other `STORE_*`
 */
export function openCopySource(path: string): CopySide {
  if (!existsSync(path)) {
    throw new GuildStatsError("STORE_UNWRITABLE", `${path}: there is no such file`, { details: { path } });
  }
  return open(path, openCurrentReader);
}

/** Opens a file to fill it by a copy, and makes it if it is missing. @throws `STORE_LOCKED`, other `STORE_*` */
export function openCopyTarget(path: string): CopyTarget {
  return open(path, () => {
    const database = openWriter(path, null);
    database.pragma(`wal_autocheckpoint = ${PAGES_PER_CHECKPOINT}`);
    return database;
  });
}

function open(path: string, connect: (path: string) => Database): SqliteCopySide {
  let lock: Database | null = null;
  try {
    requireFolder(path);
    lock = holdProcessLock(path);
    return new SqliteCopySide(path, lock, connect(path));
  } catch (thrown) {
    lock?.close();
    throw storeError(thrown, path);
  }
}

/** A file as a copy reads and fills it. */
class SqliteCopySide implements CopyTarget {
  readonly shown: string;
  readonly identity: string;
  readonly #path: string;
  readonly #lock: Database;
  readonly #database: Database;

  constructor(path: string, lock: Database, database: Database) {
    this.shown = `sqlite:${path}`;
    this.identity = fileIdentity(path);
    this.#path = path;
    this.#lock = lock;
    this.#database = database;
  }

  progress(): Promise<CopyProgress | null> {
    return this.#run(() => readCopyProgress(this.#database));
  }

  page(section: Section, after: CopyRow | null, limit: number): Promise<readonly CopyRow[]> {
    return this.#run(() => {
      const { first, behind } = copySql(section);
      const [sql, key] = after === null ? [first, []] : [behind, boundRow(section, after)];
      return this.#database
        .prepare<Bound[], CopyValue[]>(sql)
        .raw()
        .all(...key, limit);
    });
  }

  totals(section: Section): Promise<Totals> {
    return this.#run(() => totalsIn(this.#totals(copySql(section).totals).get()));
  }

  totalsOf(section: Section, guildIds: readonly Snowflake[]): Promise<ReadonlyMap<Snowflake, Totals>> {
    return this.#run(() => {
      const totals = this.#totals(copySql(section).totalsOf);
      return new Map(guildIds.map((id) => [id, totalsIn(totals.get(BigInt(id)))]));
    });
  }

  begin(progress: CopyProgress): Promise<void> {
    return this.#write(() => {
      this.#database.exec("CREATE TABLE copying (progress TEXT NOT NULL) STRICT");
      this.#database.prepare("INSERT INTO copying VALUES (?)").run(JSON.stringify(progress));
      this.#database.exec("DELETE FROM meta; DELETE FROM meta_number");
    });
  }

  write(
    section: Section,
    rows: readonly CopyRow[],
    before: CopyProgress,
    after: CopyProgress,
  ): Promise<void> {
    return this.#write(() => {
      const { changes } = this.#database
        .prepare("UPDATE copying SET progress = ? WHERE progress = ?")
        .run(JSON.stringify(after), JSON.stringify(before));
      if (changes !== 1) throw new GuildStatsError("STORE_LOCKED", "another process writes to it meanwhile");
      const insert = this.#database.prepare<Bound[]>(copySql(section).insert);
      // Staged rows name a user by a number, here alone.
      const userAt = section.columns.findIndex(([name]) => name === "user_id");
      const addUser = this.#database.prepare<Bound[]>(
        "INSERT INTO red_member (id) VALUES (?) ON CONFLICT DO NOTHING",
      );
      for (const row of rows) {
        const values = boundRow(section, row);
        if (userAt >= 0) addUser.run(values[userAt] ?? null);
        insert.run(...values);
      }
    });
  }

  finish(): Promise<void> {
    return this.#write(() => this.#database.exec("DROP TABLE copying"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#database.close();
    this.#lock.close();
  }

  #totals(sql: string): Statement<Bound[], TotalsRow> {
    return this.#database.prepare<Bound[], TotalsRow>(sql).raw();
  }

  #write(task: () => void): Promise<void> {
    return this.#run(() => this.#database.transaction(task).immediate());
  }

  async #run<T>(task: () => T): Promise<T> {
    try {
      return task();
    } catch (thrown) {
      throw storeError(thrown, this.#path);
    }
  }
}

/** Values of a row's first columns, as a statement takes them. */
function boundRow({ columns }: Section, row: CopyRow): Bound[] {
  return row.map((value, at) => bound(columns[at]?.[1] ?? "text", value));
}

function bound(kind: ColumnKind, value: CopyValue): Bound {
  if (typeof value !== "string") return value;
  const isId = kind === "guild" || kind === "id" || (kind === "mixed" && /^\d+$/.test(value));
  return isId ? BigInt(value) : value;
}

function totalsIn(row: TotalsRow | undefined): Totals {
  if (row === undefined) return NOTHING;
  const [rows, messages, durationMs] = row;
  return { rows, messages, durationMs };
}
