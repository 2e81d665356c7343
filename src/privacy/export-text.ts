import { HOUR_MS } from "../clock.ts";
import { isoDate } from "../local-day.ts";
import { activityOf, isChannelId } from "../place-id.ts";
import type { Snowflake } from "../snowflake.ts";
import type { UserGuildRecords, UserRedRecords, UserRows } from "../store/user-records.ts";
import { VOICE_STATE_NAMES, VOICE_STATES } from "../voice-state.ts";

/** Goes up when the form of the file changes. */
export const EXPORT_SCHEMA_VERSION = 1;

const DAY_MS = 86_400_000;
/** Rows in one piece of text: well below a millisecond's work. */
const PIECE_ROWS = 100;

const README = `This is everything that GuildStats has recorded about you. It counts how many messages you send and how long \
you are in voice, and what you play if the bot counts activities; never what you write or say. "servers" has an entry \
for each server: "totals" is the sum over all time, by channel, thread or activity ("place"); "days" and "hours" \
are parts of that sum, where they are still kept: recent ones by hour (UTC), older ones by day (of the server's time \
zone). No entry is in both. "messages" is a number of messages, "durationMs" is time in voice or in an activity, in \
milliseconds, and "voiceState" says how time in voice was spent. Times are written twice: as text (ISO 8601, UTC) and \
as a number (names that end in Ms: milliseconds since 1970; hourIndex: hours since 1970). "openVoice" and \
"openActivities" are what you do now, or did until lately; their time is in the counts up to the moment at which this \
file was made. "name" is null where the bot does not know the name now, or you cannot see the channel. \
"importedFromRed" is what an older bot counted and could not be assigned to a server yet. "waitingMessages" is how \
many messages of yours are in the bot's memory only, because the bot was away and reads back what it missed. Names of \
the parts of a file that was divided: "part".`;

/** Names as the user may know them; `null` for those that the bot does not know or the user may not see. */
export interface ExportNames {
  guild(guildId: Snowflake): string | null;
  channel(guildId: Snowflake, channelId: Snowflake, userId: Snowflake): string | null;
}

/** All that an export is made of, as of `createdMs`. */
export interface UserData {
  readonly userId: Snowflake;
  readonly createdMs: number;
  readonly optedOut: { readonly self: boolean; readonly owner: boolean };
  readonly waitingMessages: number;
  readonly guilds: readonly UserGuildRecords[];
  readonly red: readonly UserRedRecords[];
}

/** Which of the data one file holds: all; what has no time of its own; or hours and days, `[fromMs, untilMs)`. */
export type Part =
  | "all"
  | "totals"
  | { readonly name: string; readonly fromMs: number; readonly untilMs: number };

/** One JSON document, in pieces. Each is small enough to be made between two turns of the event loop. */
export function* exportText(data: UserData, part: Part, names: ExportNames): Generator<string, void, void> {
  const { userId, createdMs, optedOut, waitingMessages, guilds, red } = data;
  const isWhole = part === "all" || part === "totals";
  const head = {
    readme: README,
    schemaVersion: EXPORT_SCHEMA_VERSION,
    part: typeof part === "string" ? part : part.name,
    userId,
    createdAt: iso(createdMs),
    createdMs,
    ...(isWhole
      ? { optedOut: { byYou: optedOut.self, byTheBotsOwner: optedOut.owner }, waitingMessages }
      : {}),
  };
  yield `${JSON.stringify(head, null, 1).slice(0, -2)},\n "servers": [`;
  for (const [index, guild] of guilds.entries()) {
    yield index === 0 ? "\n" : ",\n";
    yield* guildText(guild, part, userId, names);
  }
  yield "\n ]";
  if (isWhole) {
    yield ',\n "importedFromRed": [';
    for (const [index, item] of red.entries())
      yield `${index === 0 ? "\n" : ",\n"}  ${JSON.stringify(redItem(item))}`;
    yield "\n ]";
  }
  yield "\n}\n";
}

function* guildText(
  guild: UserGuildRecords,
  part: Part,
  userId: Snowflake,
  names: ExportNames,
): Generator<string, void, void> {
  const { guildId, sinceMs, bot, voice, activities } = guild;
  const nameOf = (channelId: Snowflake) => names.channel(guildId, channelId, userId);
  const places = guild.places.map((place) => placeFields(place, nameOf));
  const row = (rows: UserRows, index: number): object => ({
    ...places[rows.place[index] ?? -1],
    messages: rows.messages[index] ?? 0,
    durationMs: rows.durationMs[index] ?? 0,
    ...voiceState(rows.state[index] ?? 0),
  });
  const head = { guildId, name: names.guild(guildId) };
  const open = {
    since: isoOrNull(sinceMs),
    sinceMs,
    isBot: bot,
    openVoice: voice && {
      place: voice.channelId,
      name: nameOf(voice.channelId),
      sessionId: voice.sessionId,
      countedUntil: isoOrNull(voice.countedMs),
      countedMs: voice.countedMs,
      ...voiceState(voice.state),
    },
    openActivities: activities.map(({ activityId, uncountedSinceMs, endedMs }) => ({
      place: activityId,
      name: activityOf(activityId)?.name ?? null,
      notCountedSince: isoOrNull(uncountedSinceMs),
      uncountedSinceMs,
      ended: isoOrNull(endedMs),
      endedMs,
    })),
  };
  const isWhole = part === "all" || part === "totals";
  yield `  ${JSON.stringify(isWhole ? { ...head, ...open } : head).slice(0, -1)}`;
  if (isWhole)
    yield* rowsText(
      "totals",
      guild.lifetime,
      () => true,
      (rows, at) => row(rows, at),
    );
  if (part !== "totals") {
    yield* rowsText("days", guild.daily, within(part, DAY_MS), (rows, at) => {
      const day = rows.time[at] ?? 0;
      return { day: isoDate(day), ...row(rows, at) };
    });
    yield* rowsText("hours", guild.hourly, within(part, HOUR_MS), (rows, at) => {
      const hour = rows.time[at] ?? 0;
      return { hour: iso(hour * HOUR_MS), hourIndex: hour, ...row(rows, at) };
    });
  }
  yield "}";
}

function* rowsText(
  name: string,
  rows: UserRows,
  isMeant: (time: number) => boolean,
  make: (rows: UserRows, at: number) => object,
): Generator<string, void, void> {
  let separator = `,\n   "${name}": [\n`;
  let isEmpty = true;
  for (let from = 0; from < rows.time.length; from += PIECE_ROWS) {
    let piece = "";
    for (let at = from; at < Math.min(from + PIECE_ROWS, rows.time.length); at++) {
      if (!isMeant(rows.time[at] ?? 0)) continue;
      piece += `${separator}    ${JSON.stringify(make(rows, at))}`;
      separator = ",\n";
      isEmpty = false;
    }
    yield piece;
  }
  yield isEmpty ? `,\n   "${name}": []` : "\n   ]";
}

function within(part: Part, unitMs: number): (time: number) => boolean {
  if (typeof part === "string") return () => true;
  return (time) => time * unitMs >= part.fromMs && time * unitMs < part.untilMs;
}

function placeFields(
  { id, parentId }: UserGuildRecords["places"][number],
  nameOf: (channelId: Snowflake) => string | null,
): object {
  if (!isChannelId(id)) return { place: id, kind: "activity", name: activityOf(id)?.name ?? null };
  const kind = parentId === null ? { kind: "channel" } : { kind: "thread", parent: parentId };
  return { place: id, ...kind, name: nameOf(id) };
}

function redItem({ kind, id, sinceMs, totals, hours }: UserRedRecords): object {
  return {
    kind,
    id,
    since: iso(sinceMs),
    sinceMs,
    totals: totals.map(({ placeId, messages, durationMs }) => ({ place: placeId, messages, durationMs })),
    hours: hours.map(({ hour, messages, durationMs }) => ({
      hour: iso(hour * HOUR_MS),
      hourIndex: hour,
      messages,
      durationMs,
    })),
  };
}

/** Left out where there is none: most rows have none. */
function voiceState(bits: number): object {
  if (bits === 0) return {};
  return {
    voiceState: VOICE_STATE_NAMES.filter((name) => (bits & VOICE_STATES[name]) !== 0),
    voiceStateBits: bits,
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : iso(ms);
}
