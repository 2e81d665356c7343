import { type JsonPath, pathText } from "./json-path.ts";
import type { RedConfig } from "./red-config.ts";
import type { RedChannelData, RedMemberData } from "./red-schema.ts";
import { canBe } from "./red-time.ts";

/** Something in the file that cannot be true beside the rest of it. */
export interface RedContradiction {
  /** Where, in one line. */
  readonly path: string;
  /** What, in a sentence without its subject, e.g. `is 5, but humans and bots add up to 6`. */
  readonly problem: string;
}

/**
 * Figures that are well formed but cannot all be true. The members' sum may stay below a total (the cog erases people
 * without correcting totals), never exceed it.
 */
export function contradictionsIn(config: RedConfig, nowMs: number): RedContradiction[] {
  const found: RedContradiction[] = [];
  const report = (path: JsonPath, problem: string) => found.push({ path: pathText(path), problem });
  const since = config.global.first_loading_time;
  if (since !== null && !canBe(since, nowMs)) {
    report([config.identifier, "GLOBAL", "first_loading_time"], impossible(since));
  }
  for (const { path, data } of config.channels) {
    channelTotals(path, data, report);
    channelLists(path, data, nowMs, report);
  }
  for (const [guildId, members] of config.members) {
    for (const [memberId, member] of members) {
      activityTotal([config.identifier, "MEMBER", guildId, memberId], member, report);
    }
  }
  return found;
}

type Report = (path: JsonPath, problem: string) => void;

function channelTotals(path: JsonPath, data: RedChannelData, report: Report): void {
  const kinds = [
    ["messages", data.total_messages, data.total_humans_messages, data.total_bots_messages],
    ["voice", data.total_voice, data.total_humans_voice, data.total_bots_voice],
  ] as const;
  for (const [kind, all, humans, bots] of kinds) {
    if (all !== humans + bots) {
      report([...path, `total_${kind}`], `is ${all}, but humans and bots add up to ${humans + bots}`);
    }
    const field = `total_${kind}_members` as const;
    const members = sum(data[field].values());
    if (members > all) report([...path, field], `adds up to ${members}, above the total of ${all}`);
  }
}

function channelLists(path: JsonPath, data: RedChannelData, nowMs: number, report: Report): void {
  for (const [memberId, instants] of data.messages) {
    const at = [...path, "messages", memberId];
    const lifetime = data.total_messages_members.get(memberId) ?? 0;
    if (instants.length > lifetime) report(at, `lists ${instants.length} messages, but ${lifetime} in all`);
    const wrong = instants.findIndex((instant) => !canBe(instant, nowMs));
    if (wrong >= 0) report([...at, wrong], impossible(instants[wrong]));
  }
  for (const [memberId, stays] of data.voice) {
    const at = [...path, "voice", memberId];
    const lifetime = data.total_voice_members.get(memberId) ?? 0;
    const listed = sum(stays.map(([start, end]) => Math.max(0, end - start)));
    // Each stay was cut to whole seconds at both ends, but its length only once: up to a second of difference a stay.
    if (listed > lifetime + stays.length) report(at, `lists ${listed} seconds, but ${lifetime} in all`);
    const wrong = stays.findIndex((stay) => !stay.every((instant) => canBe(instant, nowMs)));
    if (wrong >= 0) report([...at, wrong], impossible(stays[wrong]?.join(" to ")));
    const backwards = stays.findIndex(([start, end]) => end < start);
    if (backwards >= 0) report([...at, backwards], "ends before it starts");
  }
}

function activityTotal(path: JsonPath, member: RedMemberData, report: Report): void {
  const listed = sum(member.total_activities_times.values());
  if (listed === member.total_activities) return;
  report(
    [...path, "total_activities"],
    `is ${member.total_activities}, but the activities add up to ${listed}`,
  );
}

function impossible(seconds: number | string | undefined): string {
  return `is ${seconds}, which in Unix seconds is before Discord or in the future`;
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
