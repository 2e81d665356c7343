/**
 * What a value is, whatever the engine calls it. All travel as text or numbers:
 * - `guild`: a server's Discord id, by which an engine that numbers its servers finds its number
 * - `id`: a Discord id, or 0
 * - `mixed`: an id or other whole number, or else a text; one column holds both
 * - `number`: a whole number below 2^53
 * - `flag`: 1 or 0
 * - `text`: a text; `hex`: bytes, in hex digits
 */
export type ColumnKind = "guild" | "id" | "mixed" | "number" | "flag" | "text" | "hex";

/** A value as it travels: numbers for the kinds `number` and `flag`, texts for all others. */
export type CopyValue = string | number | null;
/** The values of a section's columns. */
export type CopyRow = readonly CopyValue[];

type Columns = Readonly<Record<string, ColumnKind>>;

/** A table as both engines have it. */
export interface Section {
  readonly name: SectionName;
  /** In the order in which their values are in a row; those of the key come first. */
  readonly columns: readonly (readonly [name: string, kind: ColumnKind])[];
  /** How many columns the key has, by which rows are told apart, ordered and found. */
  readonly keyLength: number;
}

const COUNTS = { messages: "number", duration_ms: "number" } as const satisfies Columns;

/**
 * All that a store holds, in the order in which it is copied: what a row refers to comes before it, and who writes at the
 * end, so that a writer in a half-made copy is a stranger. Places and members keep their numbers within their server.
 */
const TABLES = {
  secret: [{ name: "text" }, { value: "hex" }],
  instant: [{ name: "text" }, { at_ms: "number" }],
  opt_out: [{ user_hash: "text", by: "text" }, {}],
  erasure_wish: [{ user_hash: "text", guild_id: "id" }, {}],
  guild: [
    { guild_id: "guild" },
    {
      since_ms: "number",
      live_since_ms: "number",
      left_ms: "number",
      enabled: "number",
      time_zone: "text",
      locale: "text",
      theme: "text",
      accent: "mixed",
      uncounted_voice: "number",
      default_period: "text",
      visibility: "text",
      command_channels: "text",
      private_by_default: "number",
      rewrites: "number",
      settled_ms: "number",
    },
  ],
  ignored: [{ guild_id: "guild", kind: "text", id: "text" }, {}],
  post: [
    { guild_id: "guild", id: "number" },
    {
      channel: "id",
      every: "text",
      day: "number",
      hour: "number",
      card: "text",
      period: "text",
      members: "text",
      done_ms: "number",
      message: "id",
      trouble: "text",
    },
  ],
  place: [
    { guild_id: "guild", key: "number" },
    { id: "mixed", parent: "mixed", name: "text", newest_message: "id", first_message: "id" },
  ],
  member: [
    { guild_id: "guild", key: "number" },
    { id: "id", bot: "flag" },
  ],
  imported: [{ guild_id: "guild", place: "number", until_message: "id" }, { from_message: "id" }],
  population: [
    { guild_id: "guild", hour: "number" },
    { joins: "number", leaves: "number", members: "number" },
  ],
  lifetime: [{ guild_id: "guild", place: "number", member: "number", state: "number" }, COUNTS],
  daily: [{ guild_id: "guild", day: "number", place: "number", member: "number", state: "number" }, COUNTS],
  hourly: [{ guild_id: "guild", hour: "number", place: "number", member: "number", state: "number" }, COUNTS],
  voice_session: [
    { guild_id: "guild", member: "number" },
    { place: "number", session: "text", state: "number", counted_ms: "number" },
  ],
  activity_session: [
    { guild_id: "guild", member: "number", activity: "text" },
    { begin_ms: "number", end_ms: "number" },
  ],
  red_opt_out: [{ user_hash: "text" }, {}],
  red_import: [
    { kind: "text", id: "mixed" },
    {
      since_ms: "number",
      until_ms: "number",
      staged_ms: "number",
      placed_ms: "number",
      left_out_messages: "number",
      left_out_ms: "number",
    },
  ],
  red_lifetime: [{ kind: "text", id: "mixed", place: "mixed", user_id: "id" }, COUNTS],
  red_hourly: [{ kind: "text", id: "mixed", user_id: "id", hour: "number" }, COUNTS],
  writer: [{ id: "text" }, { sequence: "number", last_ms: "number" }],
} as const satisfies Readonly<Record<string, readonly [key: Columns, others: Columns]>>;

export type SectionName = keyof typeof TABLES;

export const SECTION_NAMES: readonly SectionName[] = Object.freeze(
  // The names of an object's own literal.
  Object.keys(TABLES) as SectionName[],
);

export function sectionOf(name: SectionName): Section {
  const [key, others]: readonly [Columns, Columns] = TABLES[name];
  const columns = [...Object.entries(key), ...Object.entries(others)];
  return { name, columns, keyLength: Object.keys(key).length };
}

export const SECTIONS: readonly Section[] = Object.freeze(SECTION_NAMES.map(sectionOf));

/** Whether rows of a section belong to one server each, which their first column names. */
export function isOfGuilds({ columns }: Section): boolean {
  return columns[0]?.[1] === "guild";
}

/** Whether rows of a section count messages and time. */
export function hasCounts({ columns }: Section): boolean {
  return columns.some(([name]) => name === "duration_ms");
}

/** What the first start of a bot makes, before it counts: a copy brings its own. */
export const MADE_BY_A_START: ReadonlySet<SectionName> = new Set(["secret", "instant"]);
