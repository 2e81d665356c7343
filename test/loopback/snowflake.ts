import { DISCORD_EPOCH_MS } from "../../src/snowflake.ts";

let serial = 0n;

/** A new id, as Discord would make it at that instant. */
export function snowflake(atMs: number = Date.now()): string {
  serial = (serial + 1n) % (1n << 22n);
  return String((BigInt(Math.trunc(atMs) - DISCORD_EPOCH_MS) << 22n) | serial);
}

/** Whether id `a` was made before id `b`; quicker than making numbers of them. */
export function isOlder(a: string, b: string): boolean {
  return a.length === b.length ? a < b : a.length < b.length;
}

/** An id of a guild that Discord would tell this one of `count` shards of. */
export function guildOnShard(shard: number, count: number): string {
  const made = BigInt(snowflake());
  const madeAt = made >> 22n;
  return String(made + ((BigInt(shard) - (madeAt % BigInt(count))) << 22n));
}
