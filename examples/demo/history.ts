import { HOUR_MS, hourOf } from "../../src/clock.ts";
import type { Snowflake } from "../../src/snowflake.ts";
import type { Batch, StoredMember, StoredPlace } from "../../src/store/store.ts";
import { seededRandom, zipf } from "./random.ts";

/** How much happened, and to how many. */
export interface HistorySize {
  readonly seed: number;
  readonly members: number;
  readonly textChannels: number;
  readonly voiceChannels: number;
  readonly messages: number;
  readonly voiceSessions: number;
  readonly days: number;
  /** The history ends here, Unix milliseconds. */
  readonly endMs: number;
}

/** A message (`durationMs` 0, a text channel) or a voice session. Channels and members by index. */
export interface HistoryEvent {
  readonly atMs: number;
  readonly voice: boolean;
  /** Index among the text channels, or among the voice channels. */
  readonly channel: number;
  readonly member: number;
  readonly durationMs: number;
}

const DAY_MS = 24 * HOUR_MS;
/** A seventh of all is said in the busiest hour's share: evenings are loud, the small hours quiet. */
const BY_HOUR = [3, 2, 1, 1, 1, 1, 2, 3, 5, 6, 7, 7, 8, 8, 8, 9, 10, 12, 14, 15, 15, 13, 9, 5] as const;

/** A server's life: members and channels by Zipf's law, days and weeks with their rhythm. The same for a seed. */
export function* seededHistory(size: HistorySize): Generator<HistoryEvent> {
  const random = seededRandom(size.seed);
  const member = zipf(size.members, random);
  const textChannel = zipf(size.textChannels, random);
  const voiceChannel = zipf(size.voiceChannels, random);
  const startMs = size.endMs - size.days * DAY_MS;
  const instant = (): number => {
    for (;;) {
      const atMs = startMs + Math.floor(random() * size.days * DAY_MS);
      const date = new Date(atMs);
      const weekend = date.getUTCDay() % 6 === 0 ? 1 : 0.7;
      if (random() < ((BY_HOUR[date.getUTCHours()] ?? 1) / 15) * weekend) return atMs;
    }
  };
  for (let index = 0; index < size.messages; index++) {
    yield { atMs: instant(), voice: false, channel: textChannel(), member: member(), durationMs: 0 };
  }
  for (let index = 0; index < size.voiceSessions; index++) {
    const atMs = instant();
    const longMs = Math.floor((2 + 180 * random() ** 3) * 60_000);
    yield {
      atMs,
      voice: true,
      channel: voiceChannel(),
      member: member(),
      durationMs: Math.min(longMs, size.endMs - atMs),
    };
  }
}

/** The ids that a history's indices stand for. */
export interface HistoryIds {
  readonly guildId: Snowflake;
  readonly textChannels: readonly Snowflake[];
  readonly voiceChannels: readonly Snowflake[];
  readonly members: readonly StoredMember[];
}

/** The history as a store takes it: summed up by hour, channel and member, oldest hours first. */
export function* historyBatches(size: HistorySize, ids: HistoryIds, rowsPerBatch = 2_000): Generator<Batch> {
  const places = [...ids.textChannels, ...ids.voiceChannels].map(
    (id): StoredPlace => ({ id, parentId: null, name: null, newestMessageId: null, firstMessageId: null }),
  );
  const cells = new Map<
    string,
    { hour: number; channel: number; member: number; messages: number; voiceMs: number }
  >();
  const add = (hour: number, channel: number, member: number, messages: number, voiceMs: number): void => {
    const key = `${hour} ${channel} ${member}`;
    const cell = cells.get(key);
    if (cell === undefined) cells.set(key, { hour, channel, member, messages, voiceMs });
    else {
      cell.messages += messages;
      cell.voiceMs += voiceMs;
    }
  };
  for (const { atMs, voice, channel, member, durationMs } of seededHistory(size)) {
    if (!voice) add(hourOf(atMs), channel, member, 1, 0);
    for (let fromMs = atMs; fromMs < atMs + durationMs; ) {
      const untilMs = Math.min(atMs + durationMs, (hourOf(fromMs) + 1) * HOUR_MS);
      add(hourOf(fromMs), ids.textChannels.length + channel, member, 0, untilMs - fromMs);
      fromMs = untilMs;
    }
  }
  const rows = [...cells.values()].sort(
    (a, b) => a.hour - b.hour || a.channel - b.channel || a.member - b.member,
  );
  for (let start = 0, sequence = 1; start < rows.length; start += rowsPerBatch, sequence++) {
    const slice = rows.slice(start, start + rowsPerBatch);
    yield {
      writer: `history of ${ids.guildId}`,
      sequence,
      // The first batch dates the guild: it has been counted since the history began.
      cutAtMs: (slice[0]?.hour ?? 0) * HOUR_MS,
      sessions: null,
      activities: null,
      imported: null,
      guilds: [
        {
          guildId: ids.guildId,
          places,
          members: ids.members,
          population: [],
          rows: {
            hour: Int32Array.from(slice, ({ hour }) => hour),
            place: Int32Array.from(slice, ({ channel }) => channel),
            member: Int32Array.from(slice, ({ member }) => member),
            state: new Uint16Array(slice.length),
            messages: Float64Array.from(slice, ({ messages }) => messages),
            durationMs: Float64Array.from(slice, ({ voiceMs }) => voiceMs),
          },
        },
      ],
    };
  }
}
