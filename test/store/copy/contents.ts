import { EXPORT_PARTS, type Store } from "../../../src/store/store.ts";
import { readGuild } from "../batches.ts";
import { GUILDS, HOUR } from "./history.ts";

const sorted = (values: Iterable<unknown>): string[] =>
  Array.from(values, (value) => JSON.stringify(value)).sort();

/** All that a store says of what it holds, whatever its order. */
export async function contentsOf(store: Store): Promise<unknown> {
  const { key, hashes, ignored } = await store.optOuts();
  const { items, users } = await store.redStaging();
  const waiting = items.map(async (item) => [item, sorted(await store.redUsers(item))]);
  return {
    guilds: sorted(await store.guilds()),
    settings: sorted(await store.settings()),
    posts: sorted(await store.posts()),
    optOuts: { key: Buffer.from(key).toString("hex"), hashes: sorted(hashes), ignored: sorted(ignored) },
    wishes: sorted(await store.unfinishedErasures()),
    voice: sorted(await store.openVoice()),
    activities: sorted(await store.openActivities()),
    rulesSinceMs: await store.rulesSinceMs(),
    red: { users, items: sorted(items), waiting: sorted(await Promise.all(waiting)) },
    of: await Promise.all(GUILDS.map((guildId) => contentsOfGuild(store, guildId))),
  };
}

async function contentsOfGuild(store: Store, guildId: string): Promise<unknown> {
  const snapshot = await store.load(guildId, { writer: "w", fromHour: 0 });
  const { imported, channels, liveSinceMs } = await store.countedMessages(guildId);
  const sums = await store.sums(guildId, {
    writer: "v",
    fromHour: HOUR,
    untilHour: HOUR + 500,
    timeZone: "UTC",
  });
  const rows = await Promise.all(
    EXPORT_PARTS.map(async (part) => (await store.exportPage(guildId, part, null, 10_000)).rows),
  );
  return {
    sinceMs: snapshot.sinceMs,
    liveSinceMs,
    places: sorted(snapshot.places),
    members: sorted(snapshot.members),
    population: snapshot.population,
    cells: await readGuild(store, guildId, "v"),
    exported: rows,
    summed: [...sums.rows.messages].reduce((sum, count) => sum + count, 0),
    imported: sorted(imported),
    channels: sorted(channels),
  };
}
