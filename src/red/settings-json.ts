import { parse } from "lossless-json";
import { asError, GuildStatsError } from "../errors.ts";

/**
 * JSON in which no digit is lost: a whole number beyond ±(2^53 - 1) becomes a `bigint`, every other number stays a
 * `number`. Red writes ignored ids as bare numbers, and `JSON.parse` would round them to other people's ids.
 * @throws `IMPORT_INVALID` with the position when `text` is not JSON, or gives one key two different values
 */
export function parseSettingsJson(text: string): unknown {
  try {
    return parse(text, undefined, exactNumber);
  } catch (thrown) {
    const cause = asError(thrown);
    throw new GuildStatsError("IMPORT_INVALID", `the file is not JSON: ${cause.message}`, {
      cause,
      details: { path: "", problem: cause.message },
    });
  }
}

const WHOLE = /^-?[0-9]+$/;

function exactNumber(digits: string): number | bigint {
  const value = Number(digits);
  return Number.isSafeInteger(value) || !WHOLE.test(digits) ? value : BigInt(digits);
}
