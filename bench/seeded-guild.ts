import { type HistoryIds, type HistorySize, historyBatches } from "../examples/demo/history.ts";
import { seededRandom } from "../examples/demo/random.ts";
import { hourOf } from "../src/clock.ts";
import { DISCORD_EPOCH_MS } from "../src/snowflake.ts";
import { compacted } from "../src/store/delta.ts";
import { sqlite } from "../src/store/sqlite/index.ts";
import { idMadeAt, NOW_MS, SIZE } from "./reference-guild.ts";

/** A guild beside the reference guild: its members are as old, its days as loud and quiet. */
export interface SeededGuild {
  readonly size: HistorySize;
  readonly ids: HistoryIds;
}

/** Ten times the members, and more than three times the messages. */
export const LARGE = seededGuild({ ...SIZE, seed: 20_261, members: 100_000, messages: 1_000_000 });
/** As many messages as the reference guild has, over a year and more. */
export const OLD = seededGuild({ ...SIZE, seed: 20_262, days: 450 });

function seededGuild(size: HistorySize): SeededGuild {
  const random = seededRandom(size.seed);
  const channel = (index: number): string =>
    idMadeAt(Date.UTC(2019, 5, 1) + index * 3_600_000, size.seed % 4_096);
  const members = Array.from({ length: size.members }, (_, index) => ({
    id: idMadeAt(DISCORD_EPOCH_MS + Math.floor(random() * 10 * 365 * 86_400_000) + 1, index % 4_096),
    bot: index % 50 === 7,
  }));
  return {
    size,
    ids: {
      guildId: idMadeAt(NOW_MS - 500 * 86_400_000, size.seed % 4_096),
      textChannels: Array.from({ length: size.textChannels }, (_, index) => channel(index)),
      voiceChannels: Array.from({ length: size.voiceChannels }, (_, index) => channel(1_000 + index)),
      members,
    },
  };
}

/** Writes a guild's history into a new database file; what is older than 400 days by day, as by default. */
export async function writeSeededGuild(file: string, { size, ids }: SeededGuild): Promise<void> {
  const store = sqlite(file);
  await store.open();
  // All ids beside each batch would be most of the work.
  for (const batch of historyBatches(size, ids, 20_000))
    await store.apply({ ...batch, guilds: batch.guilds.map((delta) => compacted(delta)) });
  const hourlyBefore = hourOf(NOW_MS) - 400 * 24;
  let from: string | null = null;
  do from = (await store.rollUp({ hourlyBefore, dailyBefore: null, timeZone: "UTC", from })).next;
  while (from !== null);
  await store.close();
}
