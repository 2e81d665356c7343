import type { Snowflake } from "../../snowflake.ts";
import { type Connection, column } from "./database.ts";
import { inOrder } from "./guild-row.ts";

/** What comes to a counter of a guild. */
export interface Cell {
  readonly guildId: Snowflake;
  readonly hour: number;
  /** Key of the place. */
  readonly place: number;
  /** Key of the member. */
  readonly member: number;
  readonly state: number;
  readonly messages: number;
  readonly durationMs: number;
}

/** Adds figures to a guild's hours. */
export async function addToHours(connection: Connection, cells: readonly Cell[]): Promise<void> {
  if (cells.length === 0) return;
  const rows = summed(cells);
  await connection.query(
    `INSERT INTO hourly (guild_id, hour, place, member, state, messages, duration_ms)
     SELECT * FROM unnest($1::bigint[], $2::integer[], $3::integer[], $4::integer[], $5::integer[],
       $6::bigint[], $7::bigint[])
     ON CONFLICT (guild_id, hour, place, member, state) DO UPDATE SET
       messages = hourly.messages + excluded.messages, duration_ms = hourly.duration_ms + excluded.duration_ms`,
    [column(rows.map(({ guildId }) => guildId)), column(rows.map(({ hour }) => hour)), ...columns(rows)],
  );
}

/** Adds figures to a guild's totals. */
export async function addToTotals(connection: Connection, cells: readonly Cell[]): Promise<void> {
  if (cells.length === 0) return;
  const rows = summed(cells.map((cell) => ({ ...cell, hour: 0 })));
  await connection.query(
    `INSERT INTO lifetime (guild_id, place, member, state, messages, duration_ms)
     SELECT * FROM unnest($1::bigint[], $2::integer[], $3::integer[], $4::integer[], $5::bigint[], $6::bigint[])
     ON CONFLICT (guild_id, place, member, state) DO UPDATE SET
       messages = lifetime.messages + excluded.messages, duration_ms = lifetime.duration_ms + excluded.duration_ms`,
    [column(rows.map(({ guildId }) => guildId)), ...columns(rows)],
  );
}

function columns(cells: readonly Cell[]): string[] {
  const of = (name: Exclude<keyof Cell, "guildId">): string => column(cells.map((cell) => cell[name]));
  return [of("place"), of("member"), of("state"), of("messages"), of("durationMs")];
}

/** In the order of the key, so that transactions never wait for each other in a circle; each key once, as one statement needs it. */
function summed(cells: readonly Cell[]): Cell[] {
  const order = new Map(inOrder(cells.map(({ guildId }) => guildId)).map((id, index) => [id, index]));
  const at = ({ guildId }: Cell): number => order.get(guildId) ?? 0;
  const sums: Cell[] = [];
  for (const cell of [...cells].sort((a, b) => at(a) - at(b) || compared(a, b))) {
    const last = sums.at(-1);
    if (last === undefined || last.guildId !== cell.guildId || compared(last, cell) !== 0) sums.push(cell);
    else {
      sums[sums.length - 1] = {
        ...last,
        messages: last.messages + cell.messages,
        durationMs: last.durationMs + cell.durationMs,
      };
    }
  }
  return sums;
}

function compared(a: Cell, b: Cell): number {
  return a.hour - b.hour || a.place - b.place || a.member - b.member || a.state - b.state;
}
