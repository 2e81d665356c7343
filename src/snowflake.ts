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
  return DIGITS.read(id) ? DIGITS.ms : Number.NaN;
}

/** The smallest id that Discord could make at an instant. @param ms Unix milliseconds, not before Discord's epoch */
export function snowflakeAt(ms: number): Snowflake {
  return String(BigInt(Math.max(0, Math.floor(ms) - DISCORD_EPOCH_MS)) << 22n);
}

/** How many digits the lower half of an id has. */
const LOWER_DIGITS = 9;
const ZERO = 48;

/**
 * Reads ids as numbers without a `BigInt` or anything else that is made: each message is counted through here. An id is
 * `high · 10^9 + low`, both exact, at every size; `upper` and `lower` are two signed 32-bit words that tell it from all others.
 */
export class SnowflakeDigits {
  high = 0;
  low = 0;
  /** The instant at which Discord made the id, Unix milliseconds. A field, since what a getter gives is an object to V8. */
  ms = DISCORD_EPOCH_MS;

  /** @returns whether the text is a number of up to 19 digits, as every id is; if not, no number is here */
  read(id: string): boolean {
    const { length } = id;
    if (length === 0 || length > 19) return false;
    // Negative once anything but a digit came.
    let isDigits = 0;
    let at = 0;
    let high = 0;
    for (const cut = length - LOWER_DIGITS; at < cut; at++) {
      const digit = id.charCodeAt(at) - ZERO;
      isDigits |= digit | (9 - digit);
      high = high * 10 + digit;
    }
    let low = 0;
    for (; at < length; at++) {
      const digit = id.charCodeAt(at) - ZERO;
      isDigits |= digit | (9 - digit);
      low = (low * 10 + digit) | 0;
    }
    this.high = high;
    this.low = low;
    // 10^9 = 2^9 · 1,953,125: the id without its last 9 bits is below 2^54; up to 2^53, which Discord reaches in 2049,
    // each step is exact.
    this.ms = Math.floor((high * 1_953_125 + (low >>> 9)) / 8192) + DISCORD_EPOCH_MS;
    return isDigits >= 0;
  }

  get upper(): number {
    return this.high | 0;
  }

  /** The lower half needs 30 bits; the other two are what is too much for `upper`. */
  get lower(): number {
    return this.low | (Math.floor(this.high / 2 ** 32) << 30);
  }

  /** The id as text. */
  static textOf(high: number, low: number): Snowflake {
    return high === 0 ? String(low) : `${high}${String(low).padStart(LOWER_DIGITS, "0")}`;
  }
}

const DIGITS = new SnowflakeDigits();
