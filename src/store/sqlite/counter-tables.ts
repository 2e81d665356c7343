import { slotsOfGuild } from "./slot.ts";

/** Tables of counts. */
export const COUNTER_TABLES = ["hourly", "daily", "lifetime"] as const;

export type CounterTable = (typeof COUNTER_TABLES)[number];

/** The column that a table's rows are clustered by first. */
export const LEADING: Readonly<Record<CounterTable, "slot" | "guild">> = {
  hourly: "slot",
  daily: "slot",
  lifetime: "guild",
};

/** The hour or day of a table's rows. */
export const TIME: Readonly<Record<CounterTable, string>> = { hourly: "hour", daily: "day", lifetime: "0" };

/** An SQL condition: all rows of the guild whose number an expression gives. */
export function countsOf(table: CounterTable, guild: number | string): string {
  return LEADING[table] === "slot" ? slotsOfGuild(guild) : `guild = ${guild}`;
}
