import type { ClientSample } from "./large-client.ts";
import type { DiscordAnswer } from "./large-discord.ts";
import type { GuildHappened } from "./scene.ts";
import { growthPerS } from "./trend.ts";

/** Both clients at one moment. */
export interface SoakSample {
  readonly atMs: number;
  /** Whether garbage was collected just before; so it is in the second half alone. */
  readonly isCollected: boolean;
  readonly plugin: ClientSample;
  readonly bare: ClientSample;
}

type Figure = "messages" | "joins" | "leaves" | "voiceMs" | "activityMs";
type Client = "plugin" | "bare";
type Memory = "rssBytes" | "livingBytes";

const LATE_MS = 3_000;
/** Time is told by two clocks, of the plugin's process and of Discord's. */
const TIME_TOLERANCE = 0.01;
const MOST_DELAY_MS = 10;
/** Of one core, beyond what the client takes without the plugin. */
const MOST_CPU_SHARE = 0.1;
/** Of all memory, in the second half, beyond what the client grows without the plugin. */
const MOST_GROWTH_SHARE = 0.05;
/** Of the times that garbage is collected: so many of the first and so many of the last are compared. */
const COMPARED_SHARE = 0.4;
/** Of what lives when garbage is collected, beyond the same without the plugin: what each event leaves behind. */
const MOST_KEPT_BYTES = 25;
/** In less time memory grows by less than a flush takes and gives back. */
const JUDGED_FROM_S = 180;

/** Prints what was seen. @returns what did not hold */
export function soakReport(
  durationS: number,
  { events, happened, ackMs, refused }: DiscordAnswer,
  seen: readonly SoakSample[],
  stored: readonly GuildHappened[],
): string[] {
  const failures: string[] = [];
  const check = (holds: boolean, line: string): void => {
    console.log(`  ${line}`);
    if (!holds) failures.push(line);
  };
  const half = seen.findIndex(({ isCollected }) => isCollected);
  // Before anything was collected but by V8 itself: as a bot is.
  const [first, calm, last] = [seen[0], seen[half - 1], seen.at(-1)];
  if (!first || !calm || !last) throw new Error("nothing was sampled");
  console.log(`${events} events in ${durationS} s: ${(events / durationS).toFixed(0)} a second`);

  const different = happened.filter(({ guildId, messages, joins, leaves }, index) => {
    const kept = stored[index];
    return (
      kept?.guildId !== guildId ||
      kept.messages !== messages ||
      kept.joins !== joins ||
      kept.leaves !== leaves
    );
  });
  const all = (of: readonly GuildHappened[], figure: Figure): number =>
    of.reduce((sum, each) => sum + each[figure], 0);
  const counted = (["messages", "joins", "leaves"] as const)
    .map((figure) => `${all(stored, figure)} ${figure} of ${all(happened, figure)}`)
    .join(", ");
  check(different.length === 0, `counts: ${counted}; ${different.length} guilds differ`);
  for (const [figure, what] of [
    ["voiceMs", "voice"],
    ["activityMs", "activities"],
  ] as const) {
    const share = all(stored, figure) / all(happened, figure);
    const line = `time in ${what}: ${(share * 100).toFixed(2)} % of what was spent`;
    check(Math.abs(share - 1) <= TIME_TOLERANCE, line);
  }
  const late = ackMs.filter((ms) => ms === null || ms > LATE_MS).length;
  const slowest = Math.max(...ackMs.map((ms) => ms ?? Number.POSITIVE_INFINITY));
  check(
    late === 0 && ackMs.length > 0,
    `slash commands: ${ackMs.length}, the slowest acknowledged after ${slowest.toFixed(0)} ms; ${late} later than ${LATE_MS} ms`,
  );
  check(last.plugin.drawnOnCaller === 0, `cards drawn on the event loop: ${last.plugin.drawnOnCaller}`);
  check(refused === null, `requests that Discord would refuse: ${refused ?? "none"}`);
  check(
    calm.plugin.delayP99Ms <= MOST_DELAY_MS,
    `event-loop delay, 99th percentile: ${calm.plugin.delayP99Ms.toFixed(1)} ms, longest ${calm.plugin.delayMaxMs.toFixed(0)} ms; without the plugin ${calm.bare.delayP99Ms.toFixed(1)} and ${calm.bare.delayMaxMs.toFixed(0)} ms`,
  );
  const share = (of: Client, figure: "cpuMs" | "loopCpuMs"): number =>
    ((calm[of][figure] ?? 0) - (first[of][figure] ?? 0)) / (calm.atMs - first.atMs);
  const extra = (figure: "cpuMs" | "loopCpuMs"): number => share("plugin", figure) - share("bare", figure);
  check(
    extra("cpuMs") <= MOST_CPU_SHARE,
    `processor time: ${percent(share("plugin", "cpuMs"))} of a core, without the plugin ${percent(share("bare", "cpuMs"))}: ${percent(extra("cpuMs"))} for it, of which the event loop's thread ${percent(extra("loopCpuMs"))}; rows written meanwhile: ${calm.plugin.rowsWritten - first.plugin.rowsWritten}`,
  );
  memory(seen.slice(half), durationS, events / durationS, check);
  check(
    last.plugin.failures.length === 0,
    `failures: ${last.plugin.failures.slice(0, 3).join("; ") || "none"}`,
  );
  return failures;
}

function memory(
  seen: readonly SoakSample[],
  durationS: number,
  eventsPerS: number,
  check: (holds: boolean, line: string) => void,
): void {
  const [from, last] = [seen[0], seen.at(-1)];
  if (!from || !last) return;
  const seconds = (last.atMs - from.atMs) / 1_000;
  const grown = (of: Client): number =>
    growthPerS(seen.map(({ atMs, [of]: { rssBytes } }) => [atMs / 1_000, rssBytes])) * seconds;
  const [ours, theirs] = [grown("plugin"), grown("bare")];
  const isLong = durationS >= JUDGED_FROM_S;
  check(
    !isLong || ours - Math.max(0, theirs) <= MOST_GROWTH_SHARE * last.plugin.rssBytes,
    `memory: ${mb(last.plugin.rssBytes)}, without the plugin ${mb(last.bare.rssBytes)}; grown in the second half by ${mb(ours)}, without it by ${mb(theirs)}; in ${last.plugin.guildsLoaded} guilds' windows and what is not written yet ${mb(last.plugin.cacheBytes)}`,
  );
  const collected = seen.filter(({ isCollected }) => isCollected);
  const some = Math.floor(COMPARED_SHARE * collected.length);
  const [early, late] = [collected.slice(0, some), collected.slice(-some)];
  // What a flush or a question needs for a moment is alive, too: the least of some moments is without it.
  const least = (of: Client, samples: readonly SoakSample[]): number =>
    Math.min(...samples.map((sample) => sample[of].livingBytes));
  const kept = (of: Client): number => least(of, late) - least(of, early);
  const between = ((late[0]?.atMs ?? 0) - (early[0]?.atMs ?? 0)) / 1_000;
  const keptBytes = (kept("plugin") - Math.max(0, kept("bare"))) / (eventsPerS * between);
  check(
    !isLong || keptBytes <= MOST_KEPT_BYTES,
    `of it alive: at least ${mb(least("plugin", late))}, without the plugin ${mb(least("bare", late))}; between two parts of the time ${mb(kept("plugin"))} came, without it ${mb(kept("bare"))}: ${keptBytes.toFixed(1)} bytes an event${isLong ? "" : "; so short a time says little of memory"}`,
  );
  const course = (of: Client, figure: Memory, samples: readonly SoakSample[]): string =>
    samples.map((sample) => (sample[of][figure] / 1e6).toFixed(0)).join(" ");
  console.log(
    `  in its course: ${course("plugin", "rssBytes", collected)} MB, of it alive ${course("plugin", "livingBytes", collected)}`,
  );
  console.log(
    `  without it: ${course("bare", "rssBytes", collected)} MB, of it alive ${course("bare", "livingBytes", collected)}`,
  );
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function mb(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
