import type { Database, Statement } from "better-sqlite3";
import type { Clock } from "../../clock.ts";
import { GuildStatsError } from "../../errors.ts";
import type { Snowflake } from "../../snowflake.ts";
import { Columns } from "../columns.ts";
import type {
  GuildSnapshot,
  HourRows,
  LoadRequest,
  PopulationRow,
  StoredMember,
  StoredPlace,
} from "../store.ts";

/** Rows read between two turns of the event loop: less than a millisecond's work. */
const SLICE_ROWS = 500;

type PlaceRow = [
  key: number,
  id: string,
  parent: string | null,
  name: string | null,
  newest: string | null,
  first: string | null,
];
type MemberRow = [key: number, id: string, bot: number];
type HourlyRow = [
  hour: number,
  place: number,
  member: number,
  state: number,
  messages: number,
  durationMs: number,
];
type LifetimeRow = [place: number, member: number, state: number, messages: number, durationMs: number];

/** Reads guilds on a connection of its own, each in one transaction, so that a snapshot is of one moment. */
export class GuildReader {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #guild: Statement<[bigint], { key: number; since_ms: number | null }>;
  readonly #sequence: Statement<[string], { sequence: number }>;
  readonly #places: Statement<[number, number, number], PlaceRow>;
  readonly #population: Statement<[number, number, number, number], PopulationRow>;
  readonly #members: Statement<[number, number, number], MemberRow>;
  readonly #hourly: Statement<[number, number, number, number, number, number], HourlyRow>;
  readonly #lifetime: Statement<[number, number, number, number, number], LifetimeRow>;
  /** Transactions of one connection cannot overlap. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
    this.#guild = database.prepare("SELECT key, since_ms FROM guild WHERE id = ?");
    this.#sequence = database.prepare("SELECT sequence FROM writer WHERE id = ?");
    // Ids leave the file as text: they exceed what a double holds.
    this.#places = database
      .prepare<[number, number, number], PlaceRow>(
        `SELECT key, CAST(id AS TEXT), CAST(parent AS TEXT), name, CAST(newest_message AS TEXT),
           CAST(first_message AS TEXT) FROM place
         WHERE guild = ? AND key > ? ORDER BY key LIMIT ?`,
      )
      .raw();
    this.#population = database.prepare(
      `SELECT hour, joins, leaves, members FROM population WHERE guild = ? AND hour >=
         coalesce((SELECT max(hour) FROM population WHERE guild = ? AND hour < ?), ?) ORDER BY hour`,
    );
    this.#members = database
      .prepare<[number, number, number], MemberRow>(
        "SELECT key, CAST(id AS TEXT), bot FROM member WHERE guild = ? AND key > ? ORDER BY key LIMIT ?",
      )
      .raw();
    this.#hourly = database
      .prepare<[number, number, number, number, number, number], HourlyRow>(
        `SELECT hour, place, member, state, messages, duration_ms FROM hourly
         WHERE guild = ? AND (hour, place, member, state) > (?, ?, ?, ?)
         ORDER BY hour, place, member, state LIMIT ?`,
      )
      .raw();
    this.#lifetime = database
      .prepare<[number, number, number, number, number], LifetimeRow>(
        `SELECT place, member, state, messages, duration_ms FROM lifetime
         WHERE guild = ? AND (place, member, state) > (?, ?, ?) ORDER BY place, member, state LIMIT ?`,
      )
      .raw();
  }

  load(guildId: Snowflake, request: LoadRequest): Promise<GuildSnapshot> {
    return this.exclusively(() => this.#load(guildId, request));
  }

  memberIds(guildId: Snowflake): Promise<readonly Snowflake[]> {
    return this.exclusively(async () => {
      const key = this.#guild.get(BigInt(guildId))?.key ?? -1;
      const ids: Snowflake[] = [];
      await this.#slices<MemberRow>(
        (last) => this.#members.all(key, last?.[0] ?? -1, SLICE_ROWS),
        ([, id]) => ids.push(id),
      );
      return ids;
    });
  }

  /** Runs a task while no load is under way: a reader's snapshot keeps the log from being emptied. */
  exclusively<T>(task: () => Promise<T>): Promise<T> {
    const next = this.#last.then(task);
    this.#last = next.catch(() => undefined);
    return next;
  }

  async #load(
    guildId: Snowflake,
    { writer, fromHour, populationFromHour = fromHour }: LoadRequest,
  ): Promise<GuildSnapshot> {
    this.#database.exec("BEGIN");
    try {
      const appliedSequence = this.#sequence.get(writer)?.sequence ?? 0;
      const guild = this.#guild.get(BigInt(guildId));
      const key = guild?.key ?? -1;
      const places = new Items<StoredPlace>("place");
      await this.#slices<PlaceRow>(
        (last) => this.#places.all(key, last?.[0] ?? -1, SLICE_ROWS),
        ([place, id, parentId, name, newestMessageId, firstMessageId]) =>
          places.add(place, { id, parentId, name, newestMessageId, firstMessageId }),
      );
      const members = new Items<StoredMember>("member");
      await this.#slices<MemberRow>(
        (last) => this.#members.all(key, last?.[0] ?? -1, SLICE_ROWS),
        ([member, id, bot]) => members.add(member, { id, bot: bot === 1 }),
      );
      return {
        appliedSequence,
        sinceMs: guild?.since_ms ?? null,
        places: places.items,
        members: members.items,
        hourly: await this.#hourlyRows(key, fromHour, places, members),
        lifetime: await this.#lifetimeRows(key, places, members),
        population: this.#population.all(key, key, populationFromHour, populationFromHour),
      };
    } finally {
      // After some errors SQLite has ended the transaction itself.
      if (this.#database.inTransaction) this.#database.exec("COMMIT");
    }
  }

  async #hourlyRows(guild: number, fromHour: number, places: Keys, members: Keys): Promise<HourRows> {
    const columns = new Columns();
    await this.#slices<HourlyRow>(
      (last) => {
        const [hour = fromHour, place = -1, member = -1, state = -1] = last ?? [];
        return this.#hourly.all(guild, hour, place, member, state, SLICE_ROWS);
      },
      ([hour, place, member, state, messages, durationMs]) =>
        columns.push(hour, places.indexOf(place), members.indexOf(member), state, messages, durationMs),
    );
    return columns.done();
  }

  async #lifetimeRows(guild: number, places: Keys, members: Keys): Promise<HourRows> {
    const columns = new Columns();
    await this.#slices<LifetimeRow>(
      (last) => {
        const [place = -1, member = -1, state = -1] = last ?? [];
        return this.#lifetime.all(guild, place, member, state, SLICE_ROWS);
      },
      ([place, member, state, messages, durationMs]) =>
        columns.push(0, places.indexOf(place), members.indexOf(member), state, messages, durationMs),
    );
    return columns.done();
  }

  /** Reads on from the last row until a slice is short, with a turn of the event loop after each. */
  async #slices<Row>(read: (last: Row | undefined) => Row[], take: (row: Row) => void): Promise<void> {
    let last: Row | undefined;
    for (;;) {
      const slice = read(last);
      for (const row of slice) take(row);
      if (slice.length < SLICE_ROWS) return;
      last = slice.at(-1);
      await this.#clock.turn();
    }
  }
}

interface Keys {
  indexOf(key: number): number;
}

/** What rows refer to by key, in the order in which it was read. */
class Items<T> implements Keys {
  readonly items: T[] = [];
  readonly #what: string;
  readonly #indices = new Map<number, number>();

  constructor(what: string) {
    this.#what = what;
  }

  add(key: number, item: T): void {
    this.#indices.set(key, this.items.length);
    this.items.push(item);
  }

  indexOf(key: number): number {
    const index = this.#indices.get(key);
    if (index === undefined) {
      throw new GuildStatsError("STORE_CORRUPT", `a row refers to ${this.#what} ${key}, which is not there`);
    }
    return index;
  }
}
