// npm run soak: a large bot under load for minutes. Fails when counts are lost, memory grows or commands wait.
import { setTimeout as wait } from "node:timers/promises";
import { sqlite } from "../src/store/sqlite/index.ts";
import { newFile } from "./files.ts";
import { buildLargeClient, largeClient, largeDiscord } from "./large-bot.ts";
import type { ClientSample } from "./large-client.ts";
import type { DiscordAnswer, GuildHappened } from "./large-discord.ts";
import { growthPerS } from "./trend.ts";

const SECONDS = Number(process.env["GUILDSTATS_SOAK_S"] ?? 600);
const GUILDS = 5_000;
const MOST_MEMBERS = 200;
const EVENTS_PER_S = 1_000;
/** Each sample asks for all figures, which visits every guild. */
const SAMPLE_MS = 5_000;
const LATE_MS = 3_000;
/** Time in voice is told by two clocks, of the plugin's process and of Discord's. */
const VOICE_TOLERANCE = 0.01;
const MOST_DELAY_MS = 10;
/** Of one core, beyond what the client takes without the plugin. */
const MOST_CPU_SHARE = 0.1;
/** Of all memory, in the second half, beyond what the client grows without the plugin. */
const MOST_GROWTH_SHARE = 0.05;

interface Sample {
  readonly atMs: number;
  readonly plugin: ClientSample;
  readonly bare: ClientSample;
}

const file = newFile();
buildLargeClient();
const discord = largeDiscord();
const [plugin, bare] = [largeClient(), largeClient()];
const { address, token } = await discord.ask({ kind: "open", guilds: GUILDS, mostMembers: MOST_MEMBERS });
await Promise.all([
  plugin.ask({ kind: "start", file, address }),
  bare.ask({ kind: "start", file: null, address }),
]);
await Promise.all([plugin.ask({ kind: "connect", token }), bare.ask({ kind: "connect", token })]);
while ((await plugin.ask({ kind: "sample" })).guildsRecovering > 0) await wait(SAMPLE_MS);
console.error(`${GUILDS} guilds are there; ${EVENTS_PER_S} events a second for ${SECONDS} s …`);

await Promise.all([plugin.ask({ kind: "watch" }), bare.ask({ kind: "watch" })]);
const samples: Sample[] = [];
let driven: DiscordAnswer | null = null;
const driving = discord
  .ask({ kind: "drive", seconds: SECONDS, eventsPerSecond: EVENTS_PER_S })
  .then((answer) => {
    driven = answer;
    return answer;
  });
while (driven === null) {
  const [ofPlugin, ofBare] = await Promise.all([
    plugin.ask({ kind: "sample" }),
    bare.ask({ kind: "sample" }),
  ]);
  samples.push({ atMs: performance.now(), plugin: ofPlugin, bare: ofBare });
  await Promise.race([wait(SAMPLE_MS), driving]);
}
const { happened, events, ackMs, refused } = await driving;
await Promise.all([plugin.ask({ kind: "stop" }), bare.ask({ kind: "stop" })]);
plugin.end();
bare.end();
discord.end();
const wrong = report(samples, await storedIn(file, happened));
for (const line of wrong) console.log(`✗ ${line}`);
if (wrong.length > 0) process.exitCode = 1;
else console.log("✓ all of it held");

/** What the store has of the same guilds. */
async function storedIn(path: string, guilds: readonly GuildHappened[]): Promise<GuildHappened[]> {
  const store = sqlite(path);
  await store.open();
  const stored: GuildHappened[] = [];
  for (const { guildId } of guilds) {
    const { lifetime, population } = await store.load(guildId, {
      writer: "soak",
      fromHour: 2 ** 31 - 1,
      populationFromHour: 0,
    });
    const sum = (values: Iterable<number>): number => Array.from(values).reduce((all, each) => all + each, 0);
    stored.push({
      guildId,
      messages: sum(lifetime.messages),
      voiceMs: sum(lifetime.durationMs),
      joins: sum(population.map(({ joins }) => joins)),
      leaves: sum(population.map(({ leaves }) => leaves)),
    });
  }
  await store.close();
  return stored;
}

/** Prints what was seen. @returns what did not hold */
function report(seen: readonly Sample[], stored: readonly GuildHappened[]): string[] {
  const failures: string[] = [];
  const check = (holds: boolean, line: string): void => {
    console.log(`  ${line}`);
    if (!holds) failures.push(line);
  };
  const [first, last] = [seen[0], seen.at(-1)];
  if (!first || !last) throw new Error("nothing was sampled");
  const seconds = (last.atMs - first.atMs) / 1_000;
  console.log(`${events} events in ${SECONDS} s: ${(events / SECONDS).toFixed(0)} a second`);

  const different = happened.filter(({ guildId, messages, joins, leaves }, index) => {
    const kept = stored[index];
    return (
      kept?.guildId !== guildId ||
      kept.messages !== messages ||
      kept.joins !== joins ||
      kept.leaves !== leaves
    );
  });
  const all = (of: readonly GuildHappened[], figure: "messages" | "joins" | "leaves" | "voiceMs"): number =>
    of.reduce((sum, each) => sum + each[figure], 0);
  check(
    different.length === 0,
    `counts: ${all(stored, "messages")} messages of ${all(happened, "messages")}, ${all(stored, "joins")} joins of ${all(happened, "joins")}, ${all(stored, "leaves")} leaves of ${all(happened, "leaves")}; ${different.length} guilds differ`,
  );
  const voice = all(stored, "voiceMs") / all(happened, "voiceMs");
  check(
    Math.abs(voice - 1) <= VOICE_TOLERANCE,
    `time in voice: ${(voice * 100).toFixed(2)} % of what was spent`,
  );
  const late = ackMs.filter((ms) => ms === null || ms > LATE_MS).length;
  const slowest = Math.max(...ackMs.map((ms) => ms ?? Number.POSITIVE_INFINITY));
  check(
    late === 0 && ackMs.length > 0,
    `slash commands: ${ackMs.length}, the slowest acknowledged after ${slowest.toFixed(0)} ms; ${late} later than ${LATE_MS} ms`,
  );
  check(last.plugin.drawnOnCaller === 0, `cards drawn on the event loop: ${last.plugin.drawnOnCaller}`);
  check(refused === null, `requests that Discord would refuse: ${refused ?? "none"}`);
  check(
    last.plugin.delayP99Ms <= MOST_DELAY_MS,
    `event-loop delay, 99th percentile: ${last.plugin.delayP99Ms.toFixed(1)} ms, longest ${last.plugin.delayMaxMs.toFixed(0)} ms; without the plugin ${last.bare.delayP99Ms.toFixed(1)} and ${last.bare.delayMaxMs.toFixed(0)} ms`,
  );
  const share = (of: "plugin" | "bare"): number => (last[of].cpuMs - first[of].cpuMs) / 1_000 / seconds;
  const extra = share("plugin") - share("bare");
  check(
    extra <= MOST_CPU_SHARE,
    `processor time: ${percent(share("plugin"))} of a core, without the plugin ${percent(share("bare"))}: ${percent(extra)} for it`,
  );
  const later = seen.slice(Math.floor(seen.length / 2));
  const grown = (of: "plugin" | "bare"): number =>
    growthPerS(later.map((sample) => [sample.atMs / 1_000, sample[of].rssBytes])) * (seconds / 2);
  const growth = grown("plugin") - Math.max(0, grown("bare"));
  check(
    growth <= MOST_GROWTH_SHARE * last.plugin.rssBytes,
    `memory: ${mb(last.plugin.rssBytes)}, without the plugin ${mb(last.bare.rssBytes)}; grown in the second half by ${mb(grown("plugin"))}, without it by ${mb(grown("bare"))}; in guilds ${mb(last.plugin.cacheBytes)}`,
  );
  const tenths = Array.from({ length: 11 }, (_, tenth) => seen[Math.round((tenth / 10) * (seen.length - 1))]);
  const course = (of: "plugin" | "bare", figure: "rssBytes" | "heapBytes"): string =>
    tenths.map((sample) => ((sample?.[of][figure] ?? 0) / 1e6).toFixed(0)).join(" ");
  console.log(
    `  in its course: ${course("plugin", "rssBytes")} MB, of it heap ${course("plugin", "heapBytes")}`,
  );
  console.log(`  without it: ${course("bare", "rssBytes")} MB, of it heap ${course("bare", "heapBytes")}`);
  check(
    last.plugin.failures.length === 0,
    `failures: ${last.plugin.failures.slice(0, 3).join("; ") || "none"}`,
  );
  return failures;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function mb(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
