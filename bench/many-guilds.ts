import { seededRandom, zipf } from "../examples/demo/random.ts";
import { HOUR_MS, hourOf } from "../src/clock.ts";
import { DISCORD_EPOCH_MS, type Snowflake } from "../src/snowflake.ts";
import { sqlite } from "../src/store/sqlite/index.ts";
import type { GuildDelta, StoredMember, StoredPlace } from "../src/store/store.ts";
import { VOICE_STATES } from "../src/voice-state.ts";
import { idMadeAt, NOW_MS } from "./reference-guild.ts";

const SEED = 5_000;
/** Of all guilds together; who never says anything is not among them. */
const MEMBERS = 800_000;
/** One row in so many is time in voice; the rest is messages. */
const VOICE_EVERY = 5;
const MOST_MESSAGES = 40;
/** How time in voice is spent, one as often as the other. */
const STATES = [
  0,
  0,
  VOICE_STATES.alone,
  VOICE_STATES.selfMuted,
  VOICE_STATES.selfMuted | VOICE_STATES.alone,
  VOICE_STATES.selfMuted | VOICE_STATES.selfDeafened,
  VOICE_STATES.streaming,
  VOICE_STATES.camera,
] as const;

/** One of many guilds: how large it is, and its share of all that happens. */
export interface GuildShape {
  readonly id: Snowflake;
  /** In (0, 1]; by Zipf's law. */
  readonly share: number;
  readonly members: number;
  readonly textChannels: number;
  readonly voiceChannels: number;
}

/** The guilds of a large bot, in no order of size. The same for everyone. */
export function manyGuilds(count: number): GuildShape[] {
  const random = seededRandom(SEED);
  let sum = 0;
  for (let rank = 1; rank <= count; rank++) sum += 1 / rank;
  const shapes = Array.from({ length: count }, (_, index) => {
    const share = 1 / (index + 1) / sum;
    const channels = Math.round(5 + Math.sqrt(share) * 150);
    return {
      id: idMadeAt(Date.UTC(2019, 5, 1), index),
      share,
      members: Math.max(5, Math.round(MEMBERS * share)),
      textChannels: Math.min(50, channels),
      voiceChannels: Math.max(1, Math.min(10, Math.round(channels / 5))),
    };
  });
  for (let index = shapes.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    const [a, b] = [shapes[index], shapes[other]];
    if (a && b) [shapes[index], shapes[other]] = [b, a];
  }
  return shapes;
}

/**
 * Writes what many guilds counted into a new database file, through the store. A day of all guilds is a batch: a batch
 * a flush would be hours of writing the same pages again and again.
 * @param days how long it was counted, up to {@link NOW_MS}
 * @returns how many hourly rows it wrote
 */
export async function writeManyGuilds(
  file: string,
  shapes: readonly GuildShape[],
  rows: number,
  days: number,
): Promise<number> {
  const random = seededRandom(SEED);
  const guilds = shapes.map((shape, index) => new GuildPast(shape, index, random));
  const store = sqlite(file);
  await store.open();
  let written = 0;
  for (let sequence = 1; sequence <= days; sequence++) {
    const fromHour = hourOf(NOW_MS) + 1 - 24 * (days - sequence + 1);
    const deltas = guilds.flatMap((guild) => guild.day(fromHour, rows / (24 * days)) ?? []);
    for (const delta of deltas) written += delta.rows.hour.length;
    await store.apply({
      writer: "many guilds",
      sequence,
      cutAtMs: fromHour * HOUR_MS,
      guilds: deltas,
      settledMs: new Map(),
      sessions: null,
      activities: null,
      imported: null,
      epochs: null,
      changesSeen: null,
    });
  }
  await store.close();
  return written;
}

/** What one member did in one place in one hour, places and members by index. */
interface Cell {
  readonly hour: number;
  readonly place: number;
  readonly member: number;
  readonly state: number;
  readonly messages: number;
  readonly durationMs: number;
}

/** Makes up what one guild counted. */
class GuildPast {
  readonly #shape: GuildShape;
  readonly #index: number;
  readonly #random: () => number;
  readonly #member: () => number;
  readonly #text: () => number;
  readonly #voice: () => number;

  constructor(shape: GuildShape, index: number, random: () => number) {
    this.#shape = shape;
    this.#index = index;
    this.#random = random;
    this.#member = zipf(shape.members, random);
    this.#text = zipf(shape.textChannels, random);
    this.#voice = zipf(shape.voiceChannels, random);
  }

  /** @param everywhere rows of an average hour of all guilds; `null`: nothing happened */
  day(fromHour: number, everywhere: number): GuildDelta | null {
    const [places, members] = [new Listed<StoredPlace>(), new Listed<StoredMember>()];
    const cells: Cell[] = [];
    for (let hour = fromHour; hour < fromHour + 24; hour++) {
      const rhythm = 1 + 0.6 * Math.cos(((hour - 20) / 12) * Math.PI);
      cells.push(...this.#hour(hour, Math.floor(everywhere * this.#shape.share * rhythm + this.#random())));
    }
    if (cells.length === 0) return null;
    return {
      guildId: this.#shape.id,
      rows: {
        hour: Int32Array.from(cells, ({ hour }) => hour),
        place: Int32Array.from(cells, ({ place }) => places.indexOf(place, () => this.#place(place))),
        member: Int32Array.from(cells, ({ member }) => members.indexOf(member, () => this.#memberOf(member))),
        state: Uint16Array.from(cells, ({ state }) => state),
        messages: Float64Array.from(cells, ({ messages }) => messages),
        durationMs: Float64Array.from(cells, ({ durationMs }) => durationMs),
      },
      places: places.items,
      members: members.items,
      population: [],
    };
  }

  /** Different cells, `count` of them or a few less. */
  #hour(hour: number, count: number): Cell[] {
    const cells = new Map<number, Cell>();
    for (let row = 0; row < count; row++) {
      const inVoice = this.#random() * VOICE_EVERY < 1;
      const cell = {
        hour,
        place: inVoice ? this.#shape.textChannels + this.#voice() : this.#text(),
        member: this.#member(),
        state: inVoice ? (STATES[Math.floor(this.#random() * STATES.length)] ?? 0) : 0,
        messages: inVoice ? 0 : Math.ceil(MOST_MESSAGES ** this.#random()),
        durationMs: inVoice ? 1 + Math.floor(this.#random() * HOUR_MS) : 0,
      };
      cells.set((cell.member * 64 + cell.place) * 1_024 + cell.state, cell);
    }
    return [...cells.values()];
  }

  #memberOf(index: number): StoredMember {
    const madeMs = DISCORD_EPOCH_MS + 1 + (this.#index * 200_000 + index) * 100;
    return { id: idMadeAt(madeMs, 1), bot: index % 50 === 7 };
  }

  #place(index: number): StoredPlace {
    const id = idMadeAt(Date.UTC(2019, 5, 2) + this.#index * 1_000 + index, 2);
    return { id, parentId: null, name: `channel ${index}`, newestMessageId: id, firstMessageId: id };
  }
}

/** What rows refer to by index, each once. */
class Listed<T> {
  readonly items: T[] = [];
  readonly #indices = new Map<number, number>();

  indexOf(key: number, make: () => T): number {
    const known = this.#indices.get(key);
    if (known !== undefined) return known;
    const index = this.items.push(make()) - 1;
    this.#indices.set(key, index);
    return index;
  }
}
