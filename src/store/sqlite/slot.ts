import { HOUR_MS } from "../../clock.ts";
import type { CalendarDay } from "../../local-day.ts";
import { DISCORD_EPOCH_MS } from "../../snowflake.ts";
import { GUILD } from "./names.ts";
import type { SqlValue } from "./side-thread.ts";

/*
 * A slot is a guild and an hour in one number: the guild's number × 2^18 + hours since 2015, when Discord's ids begin. Rows
 * of counts are clustered by it: hours of a guild are one range of it. It takes 5 bytes of a row, of which one is for being
 * a column (4 below guild 32, 7 from guild 8,192 on); a guild and an hour of their own took 7.
 *
 * The hours end in November 2044; a migration can give them more room by then. An hour beyond either end counts as the
 * nearest one: only a clock that is wrong tells such hours, and a batch that were refused would hold up all behind it.
 *
 * The schema unpacks slots again, as columns that are not stored: `guild`, and `hour` or `day`. SQLite does not know that
 * they are in the key's order: a condition on them alone reads the whole table.
 */

const BITS = 18;
const HOURS = 2 ** BITS;
const FIRST_HOUR = DISCORD_EPOCH_MS / HOUR_MS;

/** The slot of a row by hour. A row by day has that of {@link hourOfDay}. */
export function slotOf(guild: number, hour: number): number {
  return guild * HOURS + Math.min(hoursIn(hour), HOURS - 1);
}

/** The slots of a guild's hours [`fromHour`, `untilHour`). */
export function slotsOf(guild: number, fromHour: number, untilHour: number): [from: number, until: number] {
  return [guild * HOURS + hoursIn(fromHour), guild * HOURS + hoursIn(untilHour)];
}

/** A day's first hour in UTC, whatever its time zone: the hour of a slot. */
export function hourOfDay(day: CalendarDay): number {
  return day * 24;
}

/** {@link slotOf} in SQL, of expressions. */
export function slotOfSql(guild: string, hour: string): string {
  return `${firstSlotOf(guild)} + min(max(${hour} - ${FIRST_HOUR}, 0), ${HOURS - 1})`;
}

/** An SQL expression: the least slot of the guild whose number an expression gives. */
export function firstSlotOf(guild: number | string): string {
  return `((${guild}) << ${BITS})`;
}

/** An SQL condition: all slots of the guild whose number an expression gives. */
export function slotsOfGuild(guild: number | string): string {
  return `slot >= ${firstSlotOf(guild)} AND slot < ${firstSlotOf(`${guild} + 1`)}`;
}

/** An SQL condition: hours of a guild. It takes what {@link hoursOf} gives. */
export const IN_HOURS = `slot >= ${firstSlotOf(GUILD)} + ? AND slot < ${firstSlotOf(GUILD)} + ?`;

/** @param guildId its number is looked up by the statement itself, so that it is of the same moment */
export function hoursOf(guildId: bigint, fromHour: number, untilHour: number): readonly SqlValue[] {
  return [guildId, hoursIn(fromHour), guildId, hoursIn(untilHour)];
}

function hoursIn(hour: number): number {
  return Math.min(Math.max(hour - FIRST_HOUR, 0), HOURS);
}
