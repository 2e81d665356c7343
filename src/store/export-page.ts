import type { PlaceId } from "../place-id.ts";
import type { Snowflake } from "../snowflake.ts";

/** What of a guild's counts to export: all time, old hours as days, and hours. */
export const EXPORT_PARTS = Object.freeze(["lifetime", "daily", "hourly"] as const);
/** One of {@link EXPORT_PARTS}. */
export type ExportPart = (typeof EXPORT_PARTS)[number];

/** Where a page of an export ended: hour or day (0 for lifetime), and the store's keys of place, member and state. */
export type ExportCursor = readonly [at: number, place: number, member: number, state: number];

/** One counter row of an export. */
export interface ExportRow {
  /** UTC hour index, or days since 1970-01-01 of the guild's calendar; 0 in the lifetime. */
  readonly at: number;
  readonly placeId: PlaceId;
  readonly parentId: Snowflake | null;
  /** As it was last stored. */
  readonly placeName: string | null;
  readonly userId: Snowflake;
  readonly bot: boolean;
  /** Bits of {@link VOICE_STATES}. */
  readonly state: number;
  readonly messages: number;
  readonly durationMs: number;
}

/** Some of the rows of an {@link ExportPart}. */
export interface ExportPage {
  readonly rows: readonly ExportRow[];
  /**
   * How often the guild's rows were moved to other keys by roll-ups and merges, or purged. Pages with the same number
   * have each count once; where it differs, some may be in two of them, or in none.
   */
  readonly rewrites: number;
  /** Where to go on; `null`: that was all of this part. */
  readonly next: ExportCursor | null;
}
