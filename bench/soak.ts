// npm run soak: a large bot under load for minutes. Fails when counts are lost, memory grows or commands wait.
import { setTimeout as wait } from "node:timers/promises";
import { isChannelId } from "../src/place-id.ts";
import { sqlite } from "../src/store/sqlite/index.ts";
import { newFile } from "./files.ts";
import { buildLargeClient, largeClient, largeDiscord } from "./large-bot.ts";
import type { GuildHappened } from "./scene.ts";
import { type SoakSample, soakReport } from "./soak-report.ts";

const SECONDS = Number(process.env["GUILDSTATS_SOAK_S"] ?? 600);
const GUILDS = 5_000;
/** So few that Discord lists all of them when a guild arrives: a client that has run for long knows them, too. */
const MOST_MEMBERS = 40;
const EVENTS_PER_S = 1_000;
const SAMPLE_MS = 5_000;
/**
 * How often garbage is collected in the second half, to see what lives. In the first half it is V8's own affair: a collection that
 * is asked for has helping threads sweep the heap for a second, and throws code away that runs once in a while.
 */
const COLLECTIONS = 20;
/** The windows of some of the guilds that are asked about: in the first minutes it is full, and others are dropped. */
const MEMORY_BUDGET_BYTES = 8 * 1024 * 1024;

const file = newFile();
buildLargeClient();
const discord = largeDiscord();
const [plugin, bare] = [largeClient(), largeClient()];
const { address, token } = await discord.ask({ kind: "open", guilds: GUILDS, mostMembers: MOST_MEMBERS });
const start = { kind: "start", address, activities: true, memoryBudgetBytes: MEMORY_BUDGET_BYTES } as const;
await Promise.all([plugin.ask({ ...start, file }), bare.ask({ ...start, file: null })]);
await Promise.all([plugin.ask({ kind: "connect", token }), bare.ask({ kind: "connect", token })]);
while ((await plugin.ask({ kind: "sample" })).guildsRecovering > 0) await wait(SAMPLE_MS);
await discord.ask({ kind: "rehearse" });
console.error(`${GUILDS} guilds are there; ${EVENTS_PER_S} events a second for ${SECONDS} s …`);

await Promise.all([plugin.ask({ kind: "watch" }), bare.ask({ kind: "watch" })]);
const samples: SoakSample[] = [];
let isOver = false;
const startedMs = performance.now();
const driving = discord
  .ask({ kind: "drive", seconds: SECONDS, eventsPerSecond: EVENTS_PER_S })
  .finally(() => {
    isOver = true;
  });
for (let collections = 0; !isOver; ) {
  // Not at the very end, where all that is underway stops.
  const dueMs =
    collections < COLLECTIONS ? (0.5 + collections / COLLECTIONS / 2) * SECONDS * 1_000 : Infinity;
  const isDue = performance.now() - startedMs >= dueMs;
  if (isDue) collections++;
  // One sample is of both: the one with the plugin first, since it is the one that is judged.
  const [ofPlugin, ofBare] = [
    await plugin.ask({ kind: isDue ? "collect" : "sample" }),
    await bare.ask({ kind: isDue ? "collect" : "sample" }),
  ];
  samples.push({ atMs: performance.now(), isCollected: isDue, plugin: ofPlugin, bare: ofBare });
  await Promise.race([wait(SAMPLE_MS), driving]);
}
const driven = await driving;
await Promise.all([plugin.ask({ kind: "stop" }), bare.ask({ kind: "stop" })]);
plugin.end();
bare.end();
discord.end();
const wrong = soakReport(SECONDS, driven, samples, await storedIn(file, driven.happened));
for (const line of wrong) console.log(`✗ ${line}`);
if (wrong.length > 0) process.exitCode = 1;
else console.log("✓ all of it held");

/** What the store has of the same guilds. */
async function storedIn(path: string, guilds: readonly GuildHappened[]): Promise<GuildHappened[]> {
  const store = sqlite(path);
  await store.open();
  const stored: GuildHappened[] = [];
  for (const { guildId } of guilds) {
    const { lifetime, places, population } = await store.load(guildId, {
      writer: "soak",
      fromHour: 2 ** 31 - 1,
      populationFromHour: 0,
    });
    const sum = (values: Iterable<number>): number => Array.from(values).reduce((all, each) => all + each, 0);
    const msWhere = (isCounted: (placeId: string) => boolean): number =>
      sum(lifetime.durationMs.filter((_, row) => isCounted(places[lifetime.place[row] ?? 0]?.id ?? "")));
    stored.push({
      guildId,
      messages: sum(lifetime.messages),
      voiceMs: msWhere(isChannelId),
      activityMs: msWhere((placeId) => !isChannelId(placeId)),
      joins: sum(population.map(({ joins }) => joins)),
      leaves: sum(population.map(({ leaves }) => leaves)),
    });
  }
  await store.close();
  return stored;
}
