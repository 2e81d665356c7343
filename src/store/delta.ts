import type { Snowflake } from "../snowflake.ts";
import { emptyCells } from "./columns.ts";
import type { GuildDelta, HourRows, PopulationRow, StoredMember, StoredPlace } from "./store.ts";

/** A list of which only some items are asked for; an array is one. */
interface Listing<T> {
  readonly length: number;
  at(index: number): T | undefined;
}

/** Rows beside all ids of their guild, of which they use few. */
export interface Source {
  readonly guildId: Snowflake;
  readonly places: Listing<StoredPlace>;
  readonly members: Listing<StoredMember>;
  readonly rows: HourRows;
  readonly population: readonly PopulationRow[];
}

/** How many rows a delta has, comings and goings included. */
export function rowsIn({ rows, population }: Pick<GuildDelta, "rows" | "population">): number {
  return rows.hour.length + population.length;
}

/** The same rows with only the ids that they use, renumbered: a delta of 500 rows must not carry 10,000 ids. */
export function compacted(source: Source): GuildDelta {
  const rows = Int32Array.from(source.rows.hour, (_, row) => row);
  return { ...picked(source, rows, new Numbering(source)), population: source.population };
}

/** The delta without some members' rows and ids; `null` when nothing is left. */
export function deltaWithout(delta: GuildDelta, isGone: (userId: Snowflake) => boolean): GuildDelta | null {
  const gone = new Set<number>();
  for (const [index, { id }] of delta.members.entries()) if (isGone(id)) gone.add(index);
  if (gone.size === 0) return delta;
  const kept: number[] = [];
  for (const [row, member] of delta.rows.member.entries()) if (!gone.has(member)) kept.push(row);
  const { population } = delta;
  if (kept.length + population.length === 0) return null;
  return { ...picked(delta, Int32Array.from(kept), new Numbering(delta)), population };
}

/** Which number an id got in a piece, -1 for none yet; emptied after each piece, for there is room for every id. */
export class Numbering {
  readonly places: Int32Array;
  readonly members: Int32Array;

  constructor({ places, members }: Pick<Source, "places" | "members">) {
    this.places = new Int32Array(places.length).fill(-1);
    this.members = new Int32Array(members.length).fill(-1);
  }
}

/** Some rows, with the ids that they use; population is not a matter of rows. */
export function picked(source: Source, picks: Int32Array, numbering: Numbering): GuildDelta {
  const size = picks.length;
  const rows: HourRows = { hour: new Int32Array(size), ...emptyCells(size) };
  const { hour, place, member, state, messages, durationMs } = source.rows;
  const places: StoredPlace[] = [];
  const members: StoredMember[] = [];
  for (let to = 0; to < size; to++) {
    const from = picks[to] ?? 0;
    rows.hour[to] = hour[from] ?? 0;
    rows.state[to] = state[from] ?? 0;
    rows.messages[to] = messages[from] ?? 0;
    rows.durationMs[to] = durationMs[from] ?? 0;
    rows.place[to] = renumbered(place[from] ?? 0, source.places, numbering.places, places);
    rows.member[to] = renumbered(member[from] ?? 0, source.members, numbering.members, members);
  }
  for (let to = 0; to < size; to++) {
    const from = picks[to] ?? 0;
    numbering.places[place[from] ?? 0] = -1;
    numbering.members[member[from] ?? 0] = -1;
  }
  return { guildId: source.guildId, places, members, rows, population: [] };
}

function renumbered<T>(old: number, all: Listing<T>, moved: Int32Array, kept: T[]): number {
  const known = moved[old];
  if (known !== undefined && known >= 0) return known;
  const item = all.at(old);
  if (item === undefined) throw new RangeError(`row refers to id ${old} of ${all.length}`);
  moved[old] = kept.length;
  kept.push(item);
  return kept.length - 1;
}
