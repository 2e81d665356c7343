/** A Discord id: a 64-bit unsigned integer as a decimal string (never a number: it exceeds 2^53). */
export type Snowflake = string;

/** Discord's epoch, 2015-01-01T00:00:00Z, in Unix milliseconds (Discord API reference, "Snowflakes"). */
export const DISCORD_EPOCH_MS = 1_420_070_400_000;

const SNOWFLAKE = /^[1-9][0-9]{0,18}$/;

/** Whether `text` can be a snowflake that fits a signed 64-bit column (Discord stays below 2^63 until 2084). */
export function isSnowflake(text: unknown): text is Snowflake {
  return typeof text === "string" && SNOWFLAKE.test(text) && BigInt(text) < 2n ** 63n;
}

/** The instant at which Discord made this id, Unix milliseconds. */
export function snowflakeMs(id: Snowflake): number {
  return Number(BigInt(id) >> 22n) + DISCORD_EPOCH_MS;
}
