import type { Snowflake } from "../snowflake.ts";
import type { GuildDelta, HourRows, StoredMember, StoredPlace } from "../store/store.ts";

/** The same rows with only the ids that they use, renumbered: a delta of 500 rows must not carry 10,000 ids. */
export function compacted(delta: GuildDelta): GuildDelta {
  const all = Int32Array.from(delta.rows.hour, (_, row) => row);
  return { ...picked(delta, all), population: delta.population };
}

/** The delta without one member's rows and id; `null` when nothing is left. */
export function deltaWithout(delta: GuildDelta, userId: Snowflake): GuildDelta | null {
  const gone = delta.members.findIndex(({ id }) => id === userId);
  if (gone === -1) return delta;
  const kept: number[] = [];
  for (let row = 0; row < delta.rows.hour.length; row++) {
    if (delta.rows.member[row] !== gone) kept.push(row);
  }
  const without = { ...picked(delta, Int32Array.from(kept)), population: delta.population };
  return kept.length === 0 && delta.population.length === 0 ? null : without;
}

/**
 * Cuts a delta into pieces of at most `maxRows` rows. A place's rows stay together where they can: its newest
 * message is written with them, so that a crash between two pieces neither loses nor repeats its messages.
 * @param maxRows at least 1
 */
export function split(delta: GuildDelta, maxRows: number): GuildDelta[] {
  const { place } = delta.rows;
  if (place.length <= maxRows) return [delta];
  const order = Array.from(place, (_, row) => row).sort((a, b) => (place[a] ?? 0) - (place[b] ?? 0) || a - b);
  const pieces: GuildDelta[] = [];
  let start = 0;
  while (start < order.length) {
    let end = Math.min(start + maxRows, order.length);
    // Back to where a place begins, unless this one place fills the piece.
    const isCut = (at: number): boolean => place[order[at] ?? 0] === place[order[at - 1] ?? 0];
    let whole = end;
    while (whole > start && whole < order.length && isCut(whole)) whole--;
    if (whole > start) end = whole;
    pieces.push(picked(delta, Int32Array.from(order.slice(start, end))));
    start = end;
  }
  return pieces.map((piece, index) => (index === 0 ? { ...piece, population: delta.population } : piece));
}

/** Some rows, with the ids that they use; population is not a matter of rows. */
function picked(delta: GuildDelta, picks: Int32Array): GuildDelta {
  const size = picks.length;
  const rows: HourRows = {
    hour: new Int32Array(size),
    place: new Int32Array(size),
    member: new Int32Array(size),
    state: new Uint16Array(size),
    messages: new Float64Array(size),
    durationMs: new Float64Array(size),
  };
  const places: StoredPlace[] = [];
  const members: StoredMember[] = [];
  const placeAt = new Int32Array(delta.places.length).fill(-1);
  const memberAt = new Int32Array(delta.members.length).fill(-1);
  picks.forEach((from, to) => {
    rows.hour[to] = delta.rows.hour[from] ?? 0;
    rows.messages[to] = delta.rows.messages[from] ?? 0;
    rows.durationMs[to] = delta.rows.durationMs[from] ?? 0;
    rows.state[to] = delta.rows.state[from] ?? 0;
    rows.place[to] = renumbered(delta.rows.place[from] ?? 0, delta.places, placeAt, places);
    rows.member[to] = renumbered(delta.rows.member[from] ?? 0, delta.members, memberAt, members);
  });
  return { guildId: delta.guildId, places, members, rows, population: [] };
}

function renumbered<T>(old: number, all: readonly T[], moved: Int32Array, kept: T[]): number {
  const known = moved[old];
  if (known !== undefined && known >= 0) return known;
  const item = all[old];
  if (item === undefined) throw new RangeError(`row refers to id ${old} of ${all.length}`);
  moved[old] = kept.length;
  kept.push(item);
  return kept.length - 1;
}
