import { seededRandom } from "../examples/demo/random.ts";
import { HOUR_MS } from "../src/clock.ts";
import type { Batch, GuildDelta } from "../src/store/store.ts";
import { idMadeAt, NOW_MS } from "./reference-guild.ts";

const MEMBERS = 40;
const CHANNELS = 6;
/** Rows of a guild in one flush, on average: most guilds of a large bot are small and quiet. */
const ROWS_OF_GUILD = 3;
/** Batches of one hour, before the next one begins. */
const BATCHES_OF_HOUR = 40;

/** What a bot in very many guilds writes: a few rows each of many guilds, by the hour. */
export class QuietGuilds {
  readonly #guilds: number;
  readonly #random = seededRandom(7);
  readonly #writer: string;
  #sequence = 0;

  constructor(guilds: number, writer: string) {
    this.#guilds = guilds;
    this.#writer = writer;
  }

  batch(rows: number): Batch {
    const sequence = ++this.#sequence;
    const hour = Math.floor(NOW_MS / HOUR_MS) + Math.floor(sequence / BATCHES_OF_HOUR);
    const first = Math.floor(this.#random() * this.#guilds);
    const count = Math.ceil(rows / ROWS_OF_GUILD);
    return {
      writer: this.#writer,
      sequence,
      cutAtMs: NOW_MS + sequence,
      settledMs: new Map(),
      sessions: null,
      activities: null,
      imported: null,
      epochs: null,
      changesSeen: null,
      guilds: Array.from({ length: count }, (_, index) => this.#delta((first + index) % this.#guilds, hour)),
    };
  }

  #delta(guild: number, hour: number): GuildDelta {
    const pick = (of: number): number => Math.floor(this.#random() * of);
    const cells = new Map<string, readonly [place: number, member: number]>();
    while (cells.size < ROWS_OF_GUILD) {
      const cell = [pick(CHANNELS), pick(MEMBERS)] as const;
      cells.set(cell.join(), cell);
    }
    const rows = [...cells.values()];
    const places = [...new Set(rows.map(([place]) => place))];
    const members = [...new Set(rows.map(([, member]) => member))];
    return {
      guildId: idMadeAt(NOW_MS - 1e10 + guild, 0),
      places: places.map((place) => ({
        id: idMadeAt(NOW_MS - 9e9 + guild, place),
        parentId: null,
        name: `channel-${place}`,
        // Every message counted moves it on.
        newestMessageId: idMadeAt(NOW_MS + this.#sequence, place),
        firstMessageId: null,
      })),
      members: members.map((member) => ({ id: idMadeAt(NOW_MS - 8e9 + guild, member), bot: false })),
      population: [],
      rows: {
        hour: Int32Array.from(rows, () => hour),
        place: Int32Array.from(rows, ([place]) => places.indexOf(place)),
        member: Int32Array.from(rows, ([, member]) => members.indexOf(member)),
        state: new Uint16Array(rows.length),
        messages: Float64Array.from(rows, () => 1 + pick(3)),
        durationMs: new Float64Array(rows.length),
      },
    };
  }
}
