import { HOUR_MS } from "../../clock.ts";
import { isoDate } from "../../local-day.ts";
import { activityOf } from "../../place-id.ts";
import type { Snowflake } from "../../snowflake.ts";
import type { ExportPart, ExportRow } from "../../store/store.ts";
import { VOICE_STATE_NAMES, VOICE_STATES } from "../../voice-state.ts";
import type { ExportFormat } from "./export-files.ts";

/** One count as people read it; the keys are the columns of the CSV. */
export interface ExportRecord {
  readonly part: ExportPart;
  /** `2026-03-01T14:00:00Z` (hour), `2026-03-01` (day of the server's calendar), or nothing (all time). */
  readonly time: string;
  readonly kind: "channel" | "activity";
  readonly place_id: string;
  readonly place_name: string;
  /** The channel of a thread. */
  readonly parent_id: string;
  readonly member_id: Snowflake;
  readonly member_name: string;
  readonly bot: boolean;
  /** How time in voice was spent, names with spaces between. */
  readonly voice_states: string;
  readonly messages: number;
  readonly duration_ms: number;
}

const COLUMNS = [
  "part",
  "time",
  "kind",
  "place_id",
  "place_name",
  "parent_id",
  "member_id",
  "member_name",
  "bot",
  "voice_states",
  "messages",
  "duration_ms",
] as const satisfies readonly (keyof ExportRecord)[];

export function recordOf(
  part: ExportPart,
  row: ExportRow,
  names: { readonly place: string | null; readonly member: string },
): ExportRecord {
  const activity = activityOf(row.placeId);
  return {
    part,
    time: timeOf(part, row.at),
    kind: activity === null ? "channel" : "activity",
    place_id: row.placeId,
    place_name: activity?.name ?? names.place ?? row.placeName ?? "",
    parent_id: row.parentId ?? "",
    member_id: row.userId,
    member_name: names.member,
    bot: row.bot,
    voice_states: VOICE_STATE_NAMES.filter((name) => (row.state & VOICE_STATES[name]) !== 0).join(" "),
    messages: row.messages,
    duration_ms: row.durationMs,
  };
}

function timeOf(part: ExportPart, at: number): string {
  switch (part) {
    case "lifetime":
      return "";
    case "daily":
      return isoDate(at);
    case "hourly":
      return `${new Date(at * HOUR_MS).toISOString().slice(0, 19)}Z`;
    default:
      return part satisfies never;
  }
}

/** RFC 4180: lines end in CR LF, and the first one names the columns. */
export const CSV: ExportFormat = {
  extension: "csv",
  head: () => `${COLUMNS.join(",")}\r\n`,
  separator: "",
  tail: "",
};

export function csvOf(records: readonly ExportRecord[]): string {
  return records.map((record) => `${COLUMNS.map((column) => cell(record[column])).join(",")}\r\n`).join("");
}

/** A spreadsheet takes what begins like this for a formula, also behind what cannot be seen, or in full width. */
const FORMULA = /^[\s\p{Cc}\p{Cf}]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]/u;

function cell(value: string | number | boolean): string {
  if (typeof value !== "string") return String(value);
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** One document: `{ guildId, file, rows }`, the rows with the CSV's columns as keys. */
export function jsonFormat(guildId: Snowflake): ExportFormat {
  return {
    extension: "json",
    head: (part) => `{"guildId":${JSON.stringify(guildId)},"file":${part},"rows":[\n`,
    separator: ",\n",
    tail: "\n]}\n",
  };
}

export function jsonOf(records: readonly ExportRecord[]): string {
  return records.map((record) => JSON.stringify(record)).join(",\n");
}
