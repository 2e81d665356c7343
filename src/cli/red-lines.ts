import type { RedImport } from "../red/red-import.ts";
import { summarise } from "../red/red-summary.ts";
import type { RedItem, RedStaged, RedStaging, RedStagingReport } from "../store/red-past.ts";

const MOST_LISTED = 20;
const numbers = new Intl.NumberFormat("en");
const hours = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

export function figure(value: number): string {
  return numbers.format(value);
}

/** "1 channel", "2 channels". */
export function plural(count: number, what: string): string {
  return `${figure(count)} ${what}${count === 1 ? "" : "s"}`;
}

/** What an import would do, and what the file cannot tell. */
export function dryRunLines(imported: RedImport, before: RedStaging): string[] {
  const sum = summarise(imported);
  const line = (name: string, value: string, note = ""): string =>
    `  ${name.padEnd(14)} ${value.padStart(12)}${note === "" ? "" : `   ${note}`}`;
  const { trackingSinceMs, newestMs } = imported;
  return [
    "The Red cog's file holds:",
    line(
      "since",
      trackingSinceMs === null ? "not told" : day(trackingSinceMs),
      "when the cog was first loaded",
    ),
    line("until", newestMs === null ? "not told" : day(newestMs), "its newest message"),
    line("servers", figure(sum.guilds), "with settings or activities"),
    line("channels", figure(sum.channels)),
    line("members", figure(sum.members)),
    line("messages", figure(sum.messages), `${figure(sum.recentMessages)} of them also by hour`),
    line("voice", inHours(sum.voiceMs), `${plural(sum.voiceIntervals, "stay")} also by hour`),
    line("activities", inHours(sum.activityMs), `in ${figure(sum.activities)} different ones`),
    line("ignored users", figure(sum.ignoredUsers), ignoredNote(sum.leftOutUsers)),
    ...settingLines(imported),
    "What cannot be imported:",
    line("messages", figure(sum.unattributedMessages), "in totals, of people erased or ignored since"),
    line("voice", inHours(sum.unattributedVoiceMs), "the same"),
    ...listed("contradiction", "imported as they stand, but for impossible instants", [
      ...imported.contradictions.map(({ path, problem }) => `${path} ${problem}`),
    ]),
    ...listed("place not read", "not written by a version of the cog that is known", imported.unreadPaths),
    "What the file does not tell, and the bot finds out when it sees the server:",
    `  to which server each of ${plural(sum.unresolvedChannels, "channel")} belongs, and who is a bot;`,
    "  until then nothing of it is in the statistics (guildstats import-red --status lists it)",
    ...alreadyLines(imported, before),
  ];
}

/** What an import did. */
export function importedLines({
  channels,
  activities,
  guildsConfigured,
  optOuts,
}: RedStagingReport): string[] {
  return [
    "Imported. Settings hold at once; counts are placed when the bot starts and sees the servers:",
    `  channels       ${staged(channels)}`,
    `  activities     ${staged(activities)} (servers)`,
    `  settings       of ${plural(guildsConfigured, "server")}`,
    `  ignored users  ${figure(optOuts)} ignored from now on, and erased`,
  ];
}

function staged({ fresh, replaced, alreadyPlaced }: RedStaged): string {
  const parts = [`${figure(fresh)} new`];
  if (replaced > 0) parts.push(`${figure(replaced)} replaced (waited from an earlier import)`);
  if (alreadyPlaced > 0) parts.push(`${figure(alreadyPlaced)} already imported, skipped`);
  return parts.join(", ");
}

function ignoredNote(leftOut: number): string {
  const note = "will not be recorded, and are erased if they were";
  return leftOut === 0 ? note : `${note}; data of ${figure(leftOut)} is left out`;
}

function settingLines({ guilds, enabledByDefault, activitiesEnabled }: RedImport): string[] {
  const count = (test: (guild: RedImport["guilds"][number]) => boolean) => guilds.filter(test).length;
  const off = count(({ enabled }) => enabled === false);
  const lists = count((guild) =>
    [guild.ignoredCategoryIds, guild.ignoredChannelIds, guild.ignoredActivities].some(
      ({ length }) => length > 0,
    ),
  );
  const lines = [
    "Settings, where no admin has chosen others yet:",
    `  ${plural(off, "server")} turned off, ${plural(lists, "server")} with ignore lists`,
  ];
  if (!enabledByDefault) {
    lines.push(
      "  off by default: servers in the file that no admin turned on are turned off;",
      "  for all others give GuildStats the option enabledByDefault: false",
    );
  }
  if (!activitiesEnabled) lines.push("  activities were not counted any more");
  return lines;
}

function listed(what: string, note: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const shown = lines.slice(0, MOST_LISTED).map((line) => `    ${line}`);
  if (lines.length > MOST_LISTED) shown.push(`    and ${figure(lines.length - MOST_LISTED)} more`);
  const title = lines.length === 1 ? what : what.replace(/^\w+/, "$&s");
  return [`  ${figure(lines.length)} ${title}: ${note}`, ...shown];
}

function alreadyLines({ channels, activities }: RedImport, { items }: RedStaging): string[] {
  const placed = (kind: RedItem["kind"]): ReadonlySet<string> =>
    new Set(items.filter((item) => item.kind === kind && item.placedMs !== null).map(({ id }) => id));
  const count = (ids: Iterable<string>, among: ReadonlySet<string>) =>
    [...new Set(ids)].filter((id) => among.has(id)).length;
  const known = count(
    channels.map(({ channelId }) => channelId),
    placed("channel"),
  );
  const guilds = count(
    activities.map(({ guildId }) => guildId),
    placed("activities"),
  );
  if (known + guilds === 0) return [];
  return [
    "Already imported, and skipped:",
    `  ${plural(known, "channel")}, and the activities of ${plural(guilds, "server")}`,
  ];
}

function inHours(ms: number): string {
  return `${hours.format(ms / 3_600_000)} h`;
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
