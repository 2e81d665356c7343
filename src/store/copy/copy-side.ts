import { z } from "zod";
import type { Snowflake } from "../../snowflake.ts";
import { type CopyRow, SECTION_NAMES, type Section } from "./sections.ts";

/** What rows add up to; messages and time are 0 where a section has none. */
export interface Totals {
  readonly rows: number;
  readonly messages: number;
  readonly durationMs: number;
}

export const NOTHING: Totals = Object.freeze({ rows: 0, messages: 0, durationMs: 0 });

/** How far a copy has come. Kept in the target, in the transaction that writes what it tells of. */
export const copyProgress = z.object({
  /** The source, as messages name it. */
  source: z.string(),
  /** Of the source when the copy was begun: see `markOf`. */
  mark: z.string(),
  section: z.enum(SECTION_NAMES),
  /** The key of the section's last row that is in the target; `null`: none is. */
  after: z.array(z.union([z.string(), z.number(), z.null()])).nullable(),
  /** In the target, of all sections. */
  rows: z.number(),
});
export type CopyProgress = z.infer<typeof copyProgress>;

/** A database that is read for a copy, by itself or to check what was written. All methods reject with `STORE_*`. */
export interface CopySide extends AsyncDisposable {
  /** As messages name it, without a password. */
  readonly shown: string;
  /** The same for two connections to one database, however it is named. */
  readonly identity: string;
  /** How far a copy into it has come; `null`: it is not half of one. */
  progress(): Promise<CopyProgress | null>;
  /**
   * Rows of a section, a server's together, in an order of the engine's that does not change.
   * @param after the key of the last row before; `null` begins
   * @param limit most rows, at least 1; fewer come at the end only
   */
  page(section: Section, after: CopyRow | null, limit: number): Promise<readonly CopyRow[]>;
  totals(section: Section): Promise<Totals>;
  /** By server; one without rows may be missing. The section must have a server's rows. */
  totalsOf(section: Section, guildIds: readonly Snowflake[]): Promise<ReadonlyMap<Snowflake, Totals>>;
}

/** A database that is filled by a copy. While it is, no store opens it: `STORE_HALF_COPIED`. */
export interface CopyTarget extends CopySide {
  /** Begins a copy into an empty database. */
  begin(progress: CopyProgress): Promise<void>;
  /**
   * Writes a page and how far the copy has come by it: both or neither.
   * @throws `STORE_LOCKED` when another process writes to the database
   */
  write(section: Section, rows: readonly CopyRow[], before: CopyProgress, after: CopyProgress): Promise<void>;
  /** The copy is whole: stores may open it from now on. */
  finish(): Promise<void>;
}
