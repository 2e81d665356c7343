import { HOUR_MS, hourOf } from "../../src/clock.ts";
import type { PlaceId } from "../../src/place-id.ts";
import type { Snowflake } from "../../src/snowflake.ts";
import type { Batch, PopulationRow, StoredMember, StoredPlace } from "../../src/store/store.ts";
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

/** What happened in one hour in one place by one member, in one state of voice. Place and member by index. */
export interface PastCell {
  readonly hour: number;
  readonly place: number;
  readonly member: number;
  /** Bits of `voice-state.ts`; 0 for all but voice. */
  readonly state: number;
  messages: number;
  durationMs: number;
}

/** Sums up what happened, by hour. */
export class Past {
  readonly #cells = new Map<string, PastCell>();

  message(atMs: number, place: number, member: number): void {
    this.#cell(hourOf(atMs), place, member, 0).messages++;
  }

  /** Time in voice or in an activity, cut at each hour's edge. */
  time(fromMs: number, untilMs: number, place: number, member: number, state = 0): void {
    for (let atMs = fromMs; atMs < untilMs; ) {
      const nextMs = Math.min(untilMs, (hourOf(atMs) + 1) * HOUR_MS);
      this.#cell(hourOf(atMs), place, member, state).durationMs += nextMs - atMs;
      atMs = nextMs;
    }
  }

  /** Oldest hours first. */
  cells(): PastCell[] {
    return [...this.#cells.values()].sort(
      (a, b) => a.hour - b.hour || a.place - b.place || a.member - b.member || a.state - b.state,
    );
  }

  #cell(hour: number, place: number, member: number, state: number): PastCell {
    const key = `${hour} ${place} ${member} ${state}`;
    const known = this.#cells.get(key);
    if (known !== undefined) return known;
    const cell = { hour, place, member, state, messages: 0, durationMs: 0 };
    this.#cells.set(key, cell);
    return cell;
  }
}

/** What a past's indices stand for, and who came and went. */
export interface PastOf {
  readonly guildId: Snowflake;
  readonly places: readonly StoredPlace[];
  readonly members: readonly StoredMember[];
  readonly population: readonly PopulationRow[];
}

/** The history as a store takes it: summed up by hour, channel and member, oldest hours first. */
export function historyBatches(size: HistorySize, ids: HistoryIds, rowsPerBatch = 2_000): Generator<Batch> {
  const past = new Past();
  for (const { atMs, voice, channel, member, durationMs } of seededHistory(size)) {
    if (voice) past.time(atMs, atMs + durationMs, ids.textChannels.length + channel, member);
    else past.message(atMs, channel, member);
  }
  const places = [...ids.textChannels, ...ids.voiceChannels].map((id) => storedPlace(id));
  return pastBatches(past, { ...ids, places, population: [] }, rowsPerBatch);
}

/** A channel, or a thread of one, or an activity; nothing of its messages is known. */
export function storedPlace(
  id: PlaceId,
  name: string | null = null,
  parentId: Snowflake | null = null,
): StoredPlace {
  return { id, parentId, name, newestMessageId: null, firstMessageId: null };
}

/** A past as a store takes it, the comings and goings in the first batch. */
export function* pastBatches(
  past: Past,
  { guildId, places, members, population }: PastOf,
  rowsPerBatch = 2_000,
): Generator<Batch> {
  const rows = past.cells();
  for (let start = 0, sequence = 1; start < rows.length; start += rowsPerBatch, sequence++) {
    const slice = rows.slice(start, start + rowsPerBatch);
    yield {
      writer: `history of ${guildId}`,
      sequence,
      // The first batch dates the guild: it has been counted since the history began.
      cutAtMs: (slice[0]?.hour ?? 0) * HOUR_MS,
      settledMs: new Map(),
      sessions: null,
      activities: null,
      imported: null,
      epochs: null,
      changesSeen: null,
      guilds: [
        {
          guildId,
          places,
          members,
          population: start === 0 ? population : [],
          rows: {
            hour: Int32Array.from(slice, ({ hour }) => hour),
            place: Int32Array.from(slice, ({ place }) => place),
            member: Int32Array.from(slice, ({ member }) => member),
            state: Uint16Array.from(slice, ({ state }) => state),
            messages: Float64Array.from(slice, ({ messages }) => messages),
            durationMs: Float64Array.from(slice, ({ durationMs }) => durationMs),
          },
        },
      ],
    };
  }
}
