import type { Database, Statement } from "better-sqlite3";
import type { Clock } from "../../clock.ts";
import type { Snowflake } from "../../snowflake.ts";
import type { GuildSnapshot, HourRows, StoredMember } from "../store.ts";

/** Rows read between two turns of the event loop: about a millisecond's work. */
const SLICE_ROWS = 2_000;

type HourlyRow = [hour: number, channel: number, member: number, messages: number, voiceMs: number];
type LifetimeRow = [channel: number, member: number, messages: number, voiceMs: number];

/** Reads guilds on a connection of its own, each in one transaction, so that a snapshot is of one moment. */
export class GuildReader {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #guild: Statement<[bigint], { key: number; since_ms: number | null }>;
  readonly #sequence: Statement<[string], { sequence: number }>;
  readonly #channels: Statement<[number], [key: number, id: string]>;
  readonly #members: Statement<[number, number, number], [key: number, id: string, bot: number]>;
  readonly #hourly: Statement<[number, number, number, number, number], HourlyRow>;
  readonly #lifetime: Statement<[number, number, number, number], LifetimeRow>;
  /** Transactions of one connection cannot overlap. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
    this.#guild = database.prepare("SELECT key, since_ms FROM guild WHERE id = ?");
    this.#sequence = database.prepare("SELECT sequence FROM writer WHERE id = ?");
    // Ids leave the file as text: they exceed what a double holds.
    this.#channels = database
      .prepare<[number], [number, string]>("SELECT key, CAST(id AS TEXT) FROM channel WHERE guild = ?")
      .raw();
    this.#members = database
      .prepare<[number, number, number], [number, string, number]>(
        "SELECT key, CAST(id AS TEXT), bot FROM member WHERE guild = ? AND key > ? ORDER BY key LIMIT ?",
      )
      .raw();
    this.#hourly = database
      .prepare<[number, number, number, number, number], HourlyRow>(
        "SELECT hour, channel, member, messages, voice_ms FROM hourly WHERE guild = ? AND (hour, channel, member) > (?, ?, ?) ORDER BY hour, channel, member LIMIT ?",
      )
      .raw();
    this.#lifetime = database
      .prepare<[number, number, number, number], LifetimeRow>(
        "SELECT channel, member, messages, voice_ms FROM lifetime WHERE guild = ? AND (channel, member) > (?, ?) ORDER BY channel, member LIMIT ?",
      )
      .raw();
  }

  load(guildId: Snowflake, writer: string, fromHour: number): Promise<GuildSnapshot> {
    const next = this.#last.then(() => this.#load(guildId, writer, fromHour));
    this.#last = next.catch(() => undefined);
    return next;
  }

  /** Resolves when no load is under way. */
  async idle(): Promise<void> {
    await this.#last;
  }

  async #load(guildId: Snowflake, writer: string, fromHour: number): Promise<GuildSnapshot> {
    this.#database.exec("BEGIN");
    try {
      const appliedSequence = this.#sequence.get(writer)?.sequence ?? 0;
      const guild = this.#guild.get(BigInt(guildId));
      const key = guild?.key ?? -1;
      const channels = indexed(this.#channels.all(key), ([, id]) => id);
      const members = indexed(
        await this.#memberRows(key),
        ([, id, bot]): StoredMember => ({ id, bot: bot === 1 }),
      );
      const hourly = await this.#hourlyRows(key, fromHour, channels.indices, members.indices);
      const lifetime = await this.#lifetimeRows(key, channels.indices, members.indices);
      return {
        appliedSequence,
        sinceMs: guild?.since_ms ?? null,
        channels: channels.items,
        members: members.items,
        hourly,
        lifetime,
      };
    } finally {
      this.#database.exec("COMMIT");
    }
  }

  async #memberRows(guild: number): Promise<[number, string, number][]> {
    const rows: [number, string, number][] = [];
    await this.#slices<[number, string, number]>(
      (last) => this.#members.all(guild, last?.[0] ?? -1, SLICE_ROWS),
      (slice) => rows.push(...slice),
    );
    return rows;
  }

  async #hourlyRows(guild: number, fromHour: number, channels: Indices, members: Indices): Promise<HourRows> {
    const columns = new Columns();
    await this.#slices<HourlyRow>(
      (last) => this.#hourly.all(guild, last?.[0] ?? fromHour, last?.[1] ?? -1, last?.[2] ?? -1, SLICE_ROWS),
      (slice) => {
        for (const [hour, channel, member, messages, voiceMs] of slice) {
          columns.push(hour, channels.get(channel) ?? 0, members.get(member) ?? 0, messages, voiceMs);
        }
      },
    );
    return columns.done();
  }

  async #lifetimeRows(guild: number, channels: Indices, members: Indices): Promise<HourRows> {
    const columns = new Columns();
    await this.#slices<LifetimeRow>(
      (last) => this.#lifetime.all(guild, last?.[0] ?? -1, last?.[1] ?? -1, SLICE_ROWS),
      (slice) => {
        for (const [channel, member, messages, voiceMs] of slice) {
          columns.push(0, channels.get(channel) ?? 0, members.get(member) ?? 0, messages, voiceMs);
        }
      },
    );
    return columns.done();
  }

  /** Reads on from the last row until a slice is short, with a turn of the event loop after each. */
  async #slices<Row>(read: (last: Row | undefined) => Row[], take: (slice: Row[]) => void): Promise<void> {
    let last: Row | undefined;
    for (;;) {
      const slice = read(last);
      take(slice);
      if (slice.length < SLICE_ROWS) return;
      last = slice.at(-1);
      await this.#clock.turn();
    }
  }
}

type Indices = ReadonlyMap<number, number>;

function indexed<Row extends readonly [key: number, ...rest: unknown[]], Item>(
  rows: readonly Row[],
  item: (row: Row) => Item,
): { readonly items: Item[]; readonly indices: Indices } {
  return { items: rows.map(item), indices: new Map(rows.map(([key], index) => [key, index])) };
}

/** Columns that grow; a guild's number of rows is not known before they are read. */
class Columns {
  #length = 0;
  #hour = new Int32Array(1_024);
  #channel = new Int32Array(1_024);
  #member = new Int32Array(1_024);
  #messages = new Float64Array(1_024);
  #voiceMs = new Float64Array(1_024);

  push(hour: number, channel: number, member: number, messages: number, voiceMs: number): void {
    const at = this.#length++;
    if (at === this.#hour.length) this.#resize(at * 2);
    this.#hour[at] = hour;
    this.#channel[at] = channel;
    this.#member[at] = member;
    this.#messages[at] = messages;
    this.#voiceMs[at] = voiceMs;
  }

  done(): HourRows {
    this.#resize(this.#length);
    return {
      hour: this.#hour,
      channel: this.#channel,
      member: this.#member,
      messages: this.#messages,
      voiceMs: this.#voiceMs,
    };
  }

  #resize(length: number): void {
    const sized = <T extends Int32Array | Float64Array>(column: T, resized: T): T => {
      resized.set(column.subarray(0, Math.min(length, this.#length)));
      return resized;
    };
    this.#hour = sized(this.#hour, new Int32Array(length));
    this.#channel = sized(this.#channel, new Int32Array(length));
    this.#member = sized(this.#member, new Int32Array(length));
    this.#messages = sized(this.#messages, new Float64Array(length));
    this.#voiceMs = sized(this.#voiceMs, new Float64Array(length));
  }
}
