import { createHmac } from "node:crypto";
import type { Snowflake } from "../snowflake.ts";

/** How a store's list of opted-out users names one: HMAC-SHA-256, 64 lower-case hex digits. */
export function optOutHash(key: Uint8Array, userId: Snowflake): string {
  return createHmac("sha256", key).update(userId).digest("hex");
}
