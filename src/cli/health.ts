import type { StoreAddress } from "../store/address.ts";
import { type Heartbeat, ours, readHeartbeat, type Whose } from "./heartbeat.ts";

/** Three beats may be late on a busy machine; the fourth is a process that hangs or is gone. */
const SILENT_MS = 60_000;
/** Discord asks clients to reconnect now and then, and a restart of its own takes a minute. */
const DISCONNECTED_MS = 120_000;
/** One flush fails for a moment's reason; the third in a row will not help itself. */
const FLUSH_FAILURES = 3;

/**
 * Prints in one line whether the bot over this database is well: alive, connected to Discord, able to write.
 * @param whose of several over one server, that which this machine runs, or ran last
 * @returns the exit code: 0 well, 1 not
 */
export function health(
  database: StoreAddress,
  nowMs: number,
  print: (line: string) => void,
  whose: Whose = ours(),
): 0 | 1 {
  const trouble = troubleOf(readHeartbeat(database, whose), nowMs);
  print(trouble ?? "well");
  return trouble === null ? 0 : 1;
}

/** What is wrong with the bot; `null`: nothing. */
function troubleOf(told: Heartbeat | null, nowMs: number): string | null {
  if (told === null) return "no bot has told of itself yet";
  const silentMs = nowMs - told.atMs;
  if (silentMs > SILENT_MS) return `the bot is gone or hangs: it told nothing for ${seconds(silentMs)}`;
  if (told.connectedAtMs === null) return "the bot is not connected to Discord yet";
  const disconnectedMs = nowMs - told.connectedAtMs;
  if (disconnectedMs > DISCONNECTED_MS) return `not connected to Discord for ${seconds(disconnectedMs)}`;
  if (told.flushFailures >= FLUSH_FAILURES)
    return `the last ${told.flushFailures} writes to the database failed`;
  return null;
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1_000)} s`;
}
