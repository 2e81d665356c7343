import type { PlaceId } from "../../src/place-id.ts";
import type { Snowflake } from "../../src/snowflake.ts";
import { guildsIn } from "../../src/store/batch-guilds.ts";
import type {
  ActivityChanges,
  Batch,
  CellRows,
  DayPart,
  GuildDelta,
  GuildSnapshot,
  HourPart,
  SessionChanges,
  Store,
  StoredMember,
  StoredPlace,
} from "../../src/store/store.ts";

/** One counter row as a test writes it. */
export interface Row {
  readonly guild: Snowflake;
  readonly hour: number;
  /** A channel's id or an activity's. */
  readonly place: PlaceId;
  readonly parent?: Snowflake;
  readonly name?: string;
  readonly newestMessageId?: Snowflake;
  readonly member: Snowflake;
  readonly bot?: boolean;
  readonly state?: number;
  readonly messages?: number;
  readonly durationMs?: number;
}

/** Rows as a suite mostly writes them, but for what a test changes. */
export const rowLike =
  (usual: Row) =>
  (change: Partial<Row> = {}): Row => ({ ...usual, ...change });

/**
 * A batch of these rows, in columns, with ids interned as the flusher does it. All guilds in it are settled up to when it
 * was cut.
 */
export function batchOf(
  writer: string,
  sequence: number,
  rows: readonly Row[],
  cutAtMs = 1_770_000_000_000,
  sessions: SessionChanges | null = null,
  activities: ActivityChanges | null = null,
): Batch {
  const batch = {
    writer,
    sequence,
    cutAtMs,
    settledMs: new Map(),
    sessions,
    activities,
    imported: null,
    changesSeen: null,
    guilds: [...grouped(rows).values()].map(delta),
  };
  const settledMs = new Map(Array.from(guildsIn(batch), (guildId) => [guildId, cutAtMs]));
  return { ...batch, settledMs, epochs: null };
}

/** The same batch with a last row that refers to a member who is not in the list. */
export function broken(batch: Batch): Batch {
  return {
    ...batch,
    guilds: batch.guilds.map((delta, index) =>
      index < batch.guilds.length - 1
        ? delta
        : { ...delta, rows: { ...delta.rows, member: delta.rows.member.with(-1, delta.members.length) } },
    ),
  };
}

function grouped(rows: readonly Row[]): Map<Snowflake, Row[]> {
  const guilds = new Map<Snowflake, Row[]>();
  for (const row of rows) {
    const own = guilds.get(row.guild) ?? [];
    guilds.set(row.guild, own);
    own.push(row);
  }
  return guilds;
}

function delta(rows: readonly Row[]): GuildDelta {
  const places = new Map(
    rows.map(({ place, parent, name, newestMessageId }): [PlaceId, StoredPlace] => [
      place,
      {
        id: place,
        parentId: parent ?? null,
        name: name ?? null,
        newestMessageId: newestMessageId ?? null,
        firstMessageId: newestMessageId ?? null,
      },
    ]),
  );
  const index = (ids: Iterable<string>) => new Map(Array.from(ids, (id, at) => [id, at]));
  const bots = new Map(rows.map(({ member, bot }) => [member, bot ?? false]));
  const members = [...bots].map(([id, bot]): StoredMember => ({ id, bot }));
  const placeAt = index(places.keys());
  const memberAt = index(bots.keys());
  return {
    guildId: rows[0]?.guild ?? "0",
    places: [...places.values()],
    members,
    population: [],
    rows: {
      hour: Int32Array.from(rows, ({ hour }) => hour),
      place: Int32Array.from(rows, ({ place }) => placeAt.get(place) ?? -1),
      member: Int32Array.from(rows, ({ member }) => memberAt.get(member) ?? -1),
      state: Uint16Array.from(rows, ({ state }) => state ?? 0),
      messages: Float64Array.from(rows, ({ messages }) => messages ?? 0),
      durationMs: Float64Array.from(rows, ({ durationMs }) => durationMs ?? 0),
    },
  };
}

/** A batch has at most one row a cell. */
export function unique<R extends Row>(rows: readonly R[]): R[] {
  return [
    ...new Map(
      rows.map((row) => [`${row.guild} ${row.hour} ${row.place} ${row.member} ${row.state}`, row]),
    ).values(),
  ];
}

/** Rows as text and numbers, for comparing: "hour place member state", or "day …" → [messages, durationMs]. */
export type Cells = Readonly<Record<string, readonly [messages: number, durationMs: number]>>;

/** A guild's {@link Cells}; those of `lifetime` are named without an hour. */
export interface Readable {
  readonly hourly: Cells;
  readonly lifetime: Cells;
  readonly bots: readonly Snowflake[];
}

function readable(snapshot: GuildSnapshot): Readable {
  return {
    hourly: hourlyCells(snapshot),
    lifetime: cellsOf(snapshot, snapshot.lifetime),
    bots: snapshot.members.flatMap(({ id, bot }) => (bot ? [id] : [])).sort(),
  };
}

export function hourlyCells(part: HourPart): Cells {
  return cellsOf(part, part.hourly, part.hourly.hour);
}

export function dailyCells(part: DayPart): Cells {
  return cellsOf(part, part.rows, part.rows.day);
}

function cellsOf(
  { places, members }: Pick<HourPart, "places" | "members">,
  rows: CellRows,
  time?: Int32Array,
): Cells {
  return Object.fromEntries(
    Array.from(rows.place, (place, row) => {
      const cell = `${places[place]?.id} ${members[rows.member[row] ?? -1]?.id} ${rows.state[row]}`;
      const name = time ? `${time[row]} ${cell}` : cell;
      return [name, [rows.messages[row] ?? Number.NaN, rows.durationMs[row] ?? Number.NaN]];
    }),
  );
}

/** All of a guild that the store has, and the last batch of the writer in it. */
export async function readGuild(
  store: Store,
  guildId: Snowflake,
  writer = "w",
): Promise<Readable & { readonly appliedSequence: number }> {
  const snapshot = await store.load(guildId, { writer, fromHour: 0 });
  return { ...readable(snapshot), appliedSequence: snapshot.appliedSequence };
}

/** What a store must say, kept in plain maps. */
export class Oracle {
  readonly #guilds = new Map<Snowflake, Map<string, Row>>();
  readonly #bots = new Map<string, boolean>();

  add(rows: readonly Row[]): void {
    for (const row of rows) {
      const cells = this.#guilds.get(row.guild) ?? new Map<string, Row>();
      this.#guilds.set(row.guild, cells);
      const name = `${row.hour} ${row.place} ${row.member} ${row.state ?? 0}`;
      const before = cells.get(name);
      cells.set(name, {
        ...row,
        messages: (before?.messages ?? 0) + (row.messages ?? 0),
        durationMs: (before?.durationMs ?? 0) + (row.durationMs ?? 0),
      });
      this.#bots.set(`${row.guild} ${row.member}`, row.bot ?? false);
    }
  }

  forget(userId: Snowflake): void {
    for (const [guild, cells] of this.#guilds) {
      for (const [name, { member }] of cells) if (member === userId) cells.delete(name);
      this.#bots.delete(`${guild} ${userId}`);
    }
  }

  merge(guildId: Snowflake, from: PlaceId, into: PlaceId): void {
    const rows = [...(this.#guilds.get(guildId)?.values() ?? [])];
    this.#guilds.delete(guildId);
    for (const row of rows) this.add([row.place === from ? { ...row, place: into } : row]);
  }

  /** @param left what is left of a row's figures, as `[messages, durationMs]` */
  purge(guildId: Snowflake, left: (row: Row) => readonly [messages: number, durationMs: number]): void {
    const cells = this.#guilds.get(guildId) ?? new Map<string, Row>();
    for (const [name, row] of cells) {
      const [messages, durationMs] = left(row);
      if (messages + durationMs === 0) cells.delete(name);
      else cells.set(name, { ...row, messages, durationMs });
    }
  }

  guild(guildId: Snowflake): Readable {
    const cells = [...(this.#guilds.get(guildId)?.values() ?? [])];
    const sums = (name: (row: Row) => string): Cells => {
      const all: Record<string, [number, number]> = {};
      for (const row of cells) {
        const [messages, durationMs] = all[name(row)] ?? [0, 0];
        all[name(row)] = [messages + (row.messages ?? 0), durationMs + (row.durationMs ?? 0)];
      }
      return all;
    };
    return {
      hourly: sums(({ hour, place, member, state }) => `${hour} ${place} ${member} ${state ?? 0}`),
      lifetime: sums(({ place, member, state }) => `${place} ${member} ${state ?? 0}`),
      bots: [...this.#bots]
        .filter(([name, bot]) => bot && name.startsWith(`${guildId} `))
        .map(([name]) => name.slice(guildId.length + 1))
        .sort(),
    };
  }
}
