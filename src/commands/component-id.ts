import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { isSnowflake, type Snowflake } from "../snowflake.ts";

/**
 * What a component's id carries, so that it survives restarts: numbers of 64 bits, the feature's own first. Each
 * feature checks its own.
 */
export type Payload = readonly bigint[];

/** An id of Discord's in a payload. */
export const snowflakeNumber = z.bigint().transform(String).refine(isSnowflake);

/** The first number of each feature's payloads. */
export const FEATURES = {
  card: 1n,
  backfill: 2n,
  forget: 3n,
  ignoreMe: 4n,
  admin: 10n,
  eraseMe: 20n,
  ignoreUser: 21n,
} as const;

/** Starts the id of each component; the number goes up when the form of the ids changes. */
export const COMPONENT_PREFIX = "gs2:";

const SIGNATURE_BYTES = 12;
const LARGEST = 2n ** 64n - 1n;

/** Makes components' ids, and tells its own from all others, those of another guild among them. */
export class ComponentIds {
  readonly #key: Uint8Array;

  /** @param key secret, for this purpose alone, and the same after a restart */
  constructor(key: Uint8Array) {
    this.#key = key;
  }

  /**
   * The id for a payload, for use in one guild. A payload of up to six ids stays below Discord's bound of 100
   * characters. @throws RangeError for numbers beyond 64 bits
   */
  sign(guildId: Snowflake, payload: Payload): string {
    const body = encoded(payload);
    return COMPONENT_PREFIX + Buffer.concat([this.#signature(guildId, body), body]).toString("base64url");
  }

  /** What an id carries; `null` for one that was not made here for this guild. */
  read(guildId: Snowflake, id: string): Payload | null {
    if (!id.startsWith(COMPONENT_PREFIX)) return null;
    const text = id.slice(COMPONENT_PREFIX.length);
    const bytes = Buffer.from(text, "base64url");
    // Decoding forgives what is no base64url, and bits beyond the last byte: such a text is not the one we made.
    if (bytes.length <= SIGNATURE_BYTES || bytes.toString("base64url") !== text) return null;
    const body = bytes.subarray(SIGNATURE_BYTES);
    const isOurs = timingSafeEqual(bytes.subarray(0, SIGNATURE_BYTES), this.#signature(guildId, body));
    return isOurs ? decoded(body) : null;
  }

  #signature(guildId: Snowflake, body: Uint8Array): Buffer {
    const hmac = createHmac("sha256", this.#key).update(`${guildId}:`).update(body);
    return hmac.digest().subarray(0, SIGNATURE_BYTES);
  }
}

/** Eight bytes that stand for a text too long for an id. */
export function textHash(text: string): bigint {
  return createHash("sha256").update(text).digest().readBigUInt64BE();
}

/** Seven bits a byte, the lowest first; the eighth says that more follow (LEB128). */
function encoded(payload: Payload): Buffer {
  const bytes: number[] = [];
  for (const value of payload) {
    if (value < 0n || value > LARGEST) throw new RangeError(`${value} does not fit 64 bits`);
    let rest = value;
    for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
    bytes.push(Number(rest));
  }
  return Buffer.from(bytes);
}

function decoded(bytes: Uint8Array): Payload {
  const payload: bigint[] = [];
  let value = 0n;
  let shift = 0n;
  for (const byte of bytes) {
    value |= BigInt(byte & 0x7f) << shift;
    shift += 7n;
    if (byte >= 0x80) continue;
    payload.push(value);
    value = 0n;
    shift = 0n;
  }
  return payload;
}
