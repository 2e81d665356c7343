import type { Snowflake } from "../../snowflake.ts";
import { Columns } from "../columns.ts";
import type { GuildSnapshot, HourRows, LoadRequest } from "../store.ts";
import { type CounterRange, type CounterTable, counterPages } from "./counter-pages.ts";
import type { Connection } from "./database.ts";
import { type GuildNames, memberPages, readNames } from "./guild-names.ts";
import { readPopulation } from "./population.ts";

/** Reads a guild; within a snapshot, so that it is of one moment. */
export async function readGuild(
  connection: Connection,
  guildId: Snowflake,
  { writer, fromHour, populationFromHour = fromHour }: LoadRequest,
): Promise<GuildSnapshot> {
  const guild = await connection.query<{ since: number | null }>(
    "SELECT since_ms AS since FROM guild WHERE guild_id = $1",
    [guildId],
  );
  const names = await readNames(connection, guildId, writer);
  return {
    appliedSequence: names.appliedSequence,
    sinceMs: guild.rows[0]?.since ?? null,
    places: names.places,
    members: names.members,
    hourly: await rowsOf(connection, "hourly", { guildId, from: fromHour }, names),
    lifetime: await rowsOf(connection, "lifetime", { guildId }, names),
    population: await readPopulation(connection, guildId, populationFromHour),
  };
}

/** Everyone who has counts in a guild. */
export async function readMemberIds(connection: Connection, guildId: Snowflake): Promise<Snowflake[]> {
  const all: Snowflake[] = [];
  for await (const { ids } of memberPages(connection, guildId)) for (const id of ids) all.push(id);
  return all;
}

async function rowsOf(
  connection: Connection,
  table: CounterTable,
  range: CounterRange,
  names: GuildNames,
): Promise<HourRows> {
  const columns = new Columns();
  for await (const page of counterPages(connection, table, range)) {
    for (let row = 0; row < page.time.length; row++) {
      columns.push(
        page.time[row] ?? 0,
        names.placeAt(page.place[row] ?? -1),
        names.memberAt(page.member[row] ?? -1),
        page.state[row] ?? 0,
        page.messages[row] ?? 0,
        page.durationMs[row] ?? 0,
      );
    }
  }
  return columns.done();
}
