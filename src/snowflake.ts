/** A Discord id: a 64-bit unsigned integer as a decimal string (never a number: it exceeds 2^53). */
export type Snowflake = string;

/** Discord's epoch, 2015-01-01T00:00:00Z, in Unix milliseconds (Discord API reference, "Snowflakes"). */
export const DISCORD_EPOCH_MS = 1_420_070_400_000;

const SNOWFLAKE = /^[1-9][0-9]{0,18}$/;

/** Whether `text` can be a snowflake that fits a signed 64-bit column (Discord stays below 2^63 until 2084). */
export function isSnowflake(text: unknown): text is Snowflake {
  return typeof text === "string" && SNOWFLAKE.test(text) && BigInt(text) < 2n ** 63n;
}

/** Whether Discord made `a` before `b`: without leading zeros, a shorter id is smaller, and text order decides the rest. */
export function isOlder(a: Snowflake, b: Snowflake): boolean {
  return a.length === b.length ? a < b : a.length < b.length;
}

/** The instant at which Discord made this id, Unix milliseconds. */
export function snowflakeMs(id: Snowflake): number {
  return Math.floor(upperBits(id) / 8192) + DISCORD_EPOCH_MS;
}

/** The smallest id that Discord could make at an instant. @param ms Unix milliseconds, not before Discord's epoch */
export function snowflakeAt(ms: number): Snowflake {
  return String(BigInt(Math.max(0, Math.floor(ms) - DISCORD_EPOCH_MS)) << 22n);
}

/** The 22 bits below the timestamp: worker, process and increment, unique within the millisecond. */
export function snowflakeSerial(id: Snowflake): number {
  return (upperBits(id) % 8192) * 512 + (lastDigits(id) % 512);
}

/**
 * `id >> 9`, exactly, without a BigInt: each message is counted through here. With id = high · 10^9 + low and
 * 10^9 = 2^9 · 1,953,125, the shifted id is below 2^63 / 2^9 = 2^54; up to 2^53, which Discord reaches in 2049, each step is exact.
 */
function upperBits(id: Snowflake): number {
  let high = 0;
  const cut = id.length - 9;
  for (let at = 0; at < cut; at++) high = high * 10 + id.charCodeAt(at) - 48;
  return high * 1_953_125 + Math.floor(lastDigits(id) / 512);
}

function lastDigits(id: Snowflake): number {
  let low = 0;
  for (let at = Math.max(0, id.length - 9); at < id.length; at++) low = low * 10 + id.charCodeAt(at) - 48;
  return low;
}
