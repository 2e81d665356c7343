import { HOUR_MS } from "../clock.ts";
import { isoDate } from "../local-day.ts";
import { activityOf } from "../place-id.ts";
import type { Snowflake } from "../snowflake.ts";
import type { ExportPart, ExportRow } from "../store/store.ts";
import { VOICE_STATE_NAMES, VOICE_STATES } from "../voice-state.ts";
import type { Frame } from "./document.ts";

/** Goes up when columns change their meaning. */
const SCHEMA_VERSION = 1;

export type GuildExportFormat = "csv" | "json";

/** What a guild's export is about. */
export interface AboutGuild {
  readonly guildId: Snowflake;
  readonly guildName: string;
  /** IANA zone in which its days are cut now. */
  readonly timeZone: string;
  readonly createdMs: number;
}

/** One count as people read it; the keys are the columns of the CSV. */
export interface ExportRecord {
  readonly part: ExportPart;
  /** `2026-03-01T14:00:00Z` (hour), `2026-03-01` (day of the guild's calendar), or nothing (all time). */
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
  names: { readonly place: string | null; readonly member: string | null },
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
    member_name: names.member ?? "",
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
      return iso(at * HOUR_MS);
    default:
      return part satisfies never;
  }
}

/** What the columns mean, by paragraph, for whoever opens the file. */
export function readmeOf({ guildName, guildId, timeZone, createdMs }: AboutGuild): readonly string[] {
  return [
    `These are all counts that GuildStats has stored of the Discord server ${guildName} (${guildId}), as of ${iso(createdMs)}. Each row says how much one member did in one place in one stretch of time.`,
    'part: "lifetime" rows are totals over all time. "daily" and "hourly" rows are parts of these totals, as far as they are still kept: old ones by day, recent ones by hour; no count is in both. So add up lifetime rows alone, or daily and hourly rows together, and never all three.',
    `time: of an hourly row the beginning of the hour, in UTC; of a daily row the day, in the server's time zone (${timeZone} now); of a lifetime row nothing.`,
    "kind, place_id, place_name: a channel (threads too), or an activity such as a game.",
    "parent_id: of a thread its channel. What was counted in a thread is not in its channel's rows.",
    'member_id, member_name, bot: whose row it is; "bot" is true for bots.',
    'voice_states: how time in voice was spent, such as "alone" or "selfMuted"; several have spaces between, and empty is none of them. An hour\'s time is in as many rows as there were combinations. All of it is here, also what the server\'s cards leave out (time in the AFK channel, unless the settings say otherwise).',
    "messages: a number of messages.",
    "duration_ms: time in voice or in an activity, in milliseconds; 3600000 are an hour.",
    "Names are those of today, and empty where the bot does not know them. Ids are numbers of up to 19 digits: a spreadsheet has to take these columns as text, or it rounds them. In a CSV file a name that a spreadsheet would take for a formula has ' before it.",
  ];
}

/** How a format writes its rows: the document they are in, and one of them. */
export interface RowFormat {
  readonly frame: Frame;
  row(record: ExportRecord): string;
}

export function rowFormat(format: GuildExportFormat, about: AboutGuild): RowFormat {
  switch (format) {
    case "csv":
      return CSV;
    case "json":
      return { frame: jsonFrame(about), row: (record) => JSON.stringify(record) };
    default:
      return format satisfies never;
  }
}

/**
 * RFC 4180: lines end in CR LF, and the first one names the columns. It begins with U+FEFF, without which Excel does not
 * take it for UTF-8; JSON has no such mark.
 */
const CSV: RowFormat = {
  frame: { open: () => `\uFEFF${COLUMNS.join(",")}\r\n`, first: "", between: "", close: "" },
  row: (record) => `${COLUMNS.map((column) => cell(record[column])).join(",")}\r\n`,
};

/** The rows have the CSV's columns as keys. */
function jsonFrame(about: AboutGuild): Frame {
  const { guildId, guildName, timeZone, createdMs } = about;
  const readme = readmeOf(about);
  return {
    open(file) {
      const head = {
        readme,
        schemaVersion: SCHEMA_VERSION,
        guildId,
        guildName,
        timeZone,
        createdAt: iso(createdMs),
        file,
      };
      return `${JSON.stringify(head, null, 1).slice(0, -2)},\n "rows": [`;
    },
    first: "\n",
    between: ",\n",
    close: "\n ]\n}\n",
  };
}

/** A spreadsheet takes what begins like this for a formula, also behind what cannot be seen, or in full width. */
const FORMULA = /^[\s\p{C}]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]/u;

function cell(value: string | number | boolean): string {
  if (typeof value !== "string") return String(value);
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** To the second. */
function iso(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
