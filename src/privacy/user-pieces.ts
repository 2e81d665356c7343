import { HOUR_MS } from "../clock.ts";
import type { Frame, Piece } from "../exports/document.ts";
import { isoDate } from "../local-day.ts";
import { activityOf, isChannelId } from "../place-id.ts";
import type { Snowflake } from "../snowflake.ts";
import type { UserGuildRecords, UserRedRecords, UserRows } from "../store/user-records.ts";
import { VOICE_STATE_NAMES, VOICE_STATES } from "../voice-state.ts";

/** Goes up when the form of the file changes. */
const EXPORT_SCHEMA_VERSION = 1;

/** Rows in one piece: well below a millisecond's work. */
const PIECE_ROWS = 50;

/** By paragraph. */
const README = [
  "This is everything that GuildStats has recorded about you. It counts how many messages you send and how long you are in voice, and what you play if the bot counts activities; never what you write or say.",
  '"servers" has an entry for each server. "totals" is the sum over all time, by channel, thread or activity ("place"). "days" and "hours" are parts of that sum, where they are still kept: recent ones by hour (UTC), older ones by day (of the server\'s time zone). No entry is in both.',
  '"messages" is a number of messages. "durationMs" is time in voice or in an activity, in milliseconds; "voiceState" says how time in voice was spent. All of it is here, also what a server\'s cards leave out.',
  "Times are written twice: as text (ISO 8601, UTC) and as a number (names that end in Ms: milliseconds since 1970; hourIndex: hours since 1970).",
  '"openVoice" and "openActivities" are what you do now, or did until lately; their time is in the counts up to the moment at which this file was made.',
  '"name" is null where the bot does not know the name now, or you cannot see the channel.',
  '"importedFromRed" is what an older bot counted and could not be assigned to a server yet. "waitingMessages" is how many messages of yours are in the bot\'s memory only, because the bot was away and reads back what it missed.',
  'Where all of this is too much for one file, it goes on in the next one; "file" is its number. A server that was begun in the file before is only named again.',
];

/** Names as the user may know them; `null` for those that the bot does not know or the user may not see. */
export interface ExportNames {
  guild(guildId: Snowflake): string | null;
  /** Of a guild's channels; a user who is no member any more knows none. */
  channels(guildId: Snowflake, userId: Snowflake): Promise<(channelId: Snowflake) => string | null>;
}

/** What an export begins with. */
export interface AboutUser {
  readonly userId: Snowflake;
  readonly createdMs: number;
  readonly optedOut: { readonly self: boolean; readonly owner: boolean };
  readonly waitingMessages: number;
}

/** All that is recorded about a user, as a JSON document in small pieces. Each row is a line. */
export async function* userPieces(
  about: AboutUser,
  guilds: AsyncIterable<UserGuildRecords>,
  red: () => Promise<readonly UserRedRecords[]>,
  names: ExportNames,
): AsyncGenerator<Piece, void, void> {
  const document = documentFrame(about);
  const servers = listFrame(" ", "servers");
  yield { within: [document, servers], records: [] };
  for await (const guild of guilds) {
    const nameOf = await names.channels(guild.guildId, about.userId);
    yield* guildPieces([document, servers], guild, names.guild(guild.guildId), nameOf);
  }
  const imported = listFrame(" ", "importedFromRed");
  yield { within: [document, imported], records: [] };
  for (const item of await red())
    yield { within: [document, imported], records: [`  ${JSON.stringify(redItem(item))}`] };
}

function documentFrame({ userId, createdMs, optedOut, waitingMessages }: AboutUser): Frame {
  return {
    open(file, isContinued) {
      const head = {
        readme: README,
        schemaVersion: EXPORT_SCHEMA_VERSION,
        file,
        userId,
        createdAt: iso(createdMs),
        createdMs,
        ...(isContinued
          ? {}
          : { optedOut: { byYou: optedOut.self, byTheBotsOwner: optedOut.owner }, waitingMessages }),
      };
      return JSON.stringify(head, null, 1).slice(0, -2);
    },
    first: ",\n",
    between: ",\n",
    close: "\n}\n",
  };
}

function listFrame(indent: string, name: string): Frame {
  return { open: () => `${indent}"${name}": [`, first: "\n", between: ",\n", close: `\n${indent}]` };
}

function guildFrame(guild: UserGuildRecords, name: string | null, voiceName: string | null): Frame {
  const { guildId, sinceMs, bot, voice, activities } = guild;
  const beginning = {
    since: isoOrNull(sinceMs),
    sinceMs,
    isBot: bot,
    openVoice: voice && {
      place: voice.channelId,
      name: voiceName,
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
  return {
    open: (_file, isContinued) =>
      `  ${JSON.stringify({ guildId, name, ...(isContinued ? {} : beginning) }).slice(0, -1)}`,
    first: ",\n",
    between: ",\n",
    close: "}",
  };
}

function* guildPieces(
  around: readonly Frame[],
  guild: UserGuildRecords,
  name: string | null,
  nameOf: (channelId: Snowflake) => string | null,
): Generator<Piece, void, void> {
  const { voice } = guild;
  // Found out with the first row of each: who may see a channel takes a while to say, and there may be thousands.
  const known: object[] = [];
  const row = (rows: UserRows, index: number): object => {
    const at = rows.place[index] ?? -1;
    const place = guild.places[at];
    known[at] ??= place ? placeFields(place, nameOf) : {};
    return {
      ...known[at],
      messages: rows.messages[index] ?? 0,
      durationMs: rows.durationMs[index] ?? 0,
      ...voiceState(rows.state[index] ?? 0),
    };
  };
  const within = [...around, guildFrame(guild, name, voice && nameOf(voice.channelId))];
  yield* rowsPieces(within, "totals", guild.lifetime, row);
  yield* rowsPieces(within, "days", guild.daily, (rows, at) => ({
    day: isoDate(rows.time[at] ?? 0),
    ...row(rows, at),
  }));
  yield* rowsPieces(within, "hours", guild.hourly, (rows, at) => {
    const hour = rows.time[at] ?? 0;
    return { hour: iso(hour * HOUR_MS), hourIndex: hour, ...row(rows, at) };
  });
}

function* rowsPieces(
  around: readonly Frame[],
  name: string,
  rows: UserRows,
  make: (rows: UserRows, at: number) => object,
): Generator<Piece, void, void> {
  const within = [...around, listFrame("   ", name)];
  yield { within, records: [] };
  for (let from = 0; from < rows.time.length; from += PIECE_ROWS) {
    const records: string[] = [];
    for (let at = from; at < Math.min(from + PIECE_ROWS, rows.time.length); at++)
      records.push(`    ${JSON.stringify(make(rows, at))}`);
    yield { within, records };
  }
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
