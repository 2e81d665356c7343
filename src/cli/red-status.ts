import { redStagingAt, type StoreAddress } from "../store/address.ts";
import { figure, plural } from "./red-lines.ts";

const MOST_LISTED = 50;

/**
 * Prints what of an import from the Red cog still waits. The database is only read; a bot may use it meanwhile.
 * @throws `STORE_*`
 */
export async function redStatus(database: StoreAddress, print: (line: string) => void): Promise<void> {
  const { items, users } = await redStagingAt(database);
  if (items.length === 0) {
    print(`${database.shown}: nothing was imported from the Red cog`);
    return;
  }
  const channels = items.filter(({ kind }) => kind === "channel");
  const placed = channels.filter(({ placedMs }) => placedMs !== null);
  const waiting = items.filter(({ placedMs }) => placedMs === null);
  print(`placed     ${plural(placed.length, "channel")} of ${figure(channels.length)}`);
  print(`unresolved ${figure(waiting.length)}, with counts of ${plural(users, "member")}`);
  for (const { kind, id, stagedMs } of waiting.slice(0, MOST_LISTED)) {
    const what = kind === "channel" ? `channel ${id}` : `activities in server ${id}`;
    print(`  ${what}, since ${new Date(stagedMs).toISOString().slice(0, 10)}`);
  }
  if (waiting.length > MOST_LISTED) print(`  and ${figure(waiting.length - MOST_LISTED)} more`);
  if (waiting.length > 0) {
    print("They are placed when the bot is in their server, or dropped 400 days after the import.");
  }
}
