import type { Names, Subject } from "../../src/cards/card.ts";
import type {
  ActivityEntry,
  ByMetric,
  ByPeriod,
  Compared,
  DailySeries,
  GrowthView,
  Metric,
  Movement,
  Rank,
  RankedEntry,
  Rhythm,
  Streaks,
  TopMetric,
  TopOf,
  TopView,
  View,
  VoiceStates,
} from "../../src/stats/views.ts";

/** How much there is to show. */
export type Amount = "none" | "one" | "lively" | "huge";

/** Names that break layouts: scripts, emoji, length, direction, line breaks. */
export const HARD_NAMES = [
  "Ana-María Ñuñez",
  "Владимир Кузнецов",
  "Αλέξανδρος",
  "محمد الأحمد",
  "שירה כהן",
  "अमित कुमार",
  "রহিম উদ্দিন",
  "தமிழ்ச்செல்வன்",
  "สมชาย ใจดี",
  "张伟🐉",
  "陳大文",
  "さくら 🌸 桜井",
  "김민준",
  "𝕾𝖍𝖆𝖉𝖔𝖜 𝓛𝓸𝓻𝓭",
  "👨‍👩‍👧‍👦 family 🏳️‍🌈 🇯🇵 1️⃣",
  "A name that goes on and on because Discord allows thirty-two",
  "two\nlines\tand a tab",
] as const;

const id = (index: number): string => String(300000000000000000n + BigInt(index));

/** Ids that end in 20 to 39 are threads, 04 is a forum, those that end in 5 to 9 are voice channels. */
export function subjects(guildName = "The Northern Lights 🌌"): Names {
  const subject = (
    key: string,
    name: string,
    kind: Subject["kind"],
    colour: number | null = null,
  ): Subject => ({ id: key, name, imageUrl: null, kind, colour });
  const pick = <T>(list: readonly [T, ...T[]], index: number): T => list[index % list.length] ?? list[0];
  const numberOf = (key: string): number => Number(key.slice(-2));
  return {
    guild: subject("100000000000000001", guildName, "guild"),
    member: (key) => {
      const index = numberOf(key) % HARD_NAMES.length;
      return subject(
        key,
        HARD_NAMES[index] ?? "",
        (["member", "departed", "bot"] as const)[index % 4] ?? "member",
      );
    },
    channel: (key) => {
      const index = numberOf(key);
      if (index >= 20 && index < 40)
        return subject(key, pick(["Which keyboard? ⌨️", "周末活动", "Release 2.0"], index), "thread");
      if (index === 4) return subject(key, "ideas-и-идеи", "forum");
      return subject(
        key,
        pick(["general", "お絵かき", "мемы-и-шутки", "music 🎵", "ردهة"], index),
        index % 10 > 4 ? "voice" : "text",
      );
    },
    role: (key) =>
      subject(
        key,
        pick(["Moderators", "🎨 художники", "ゲーマー", "Night owls 🦉", "المشرفون"], numberOf(key)),
        "role",
        pick([0x3498db, null, 0xf1c40f, 0x111111, 0xffffff], numberOf(key)),
      ),
    category: (key) => subject(key, pick(["Community", "ゲーム"], numberOf(key)), "category"),
  };
}

const SCALE: Readonly<Record<Amount, number>> = { none: 0, one: 1, lively: 4_321, huge: 1_234_567_890 };

const ACTIVITIES = [
  { type: "playing", name: "Baldur's Gate 3", activityId: "0:Baldur's Gate 3" },
  { type: "listening", name: "Spotify", activityId: "2:Spotify" },
  { type: "playing", name: "原神", activityId: "0:原神" },
  { type: "watching", name: "YouTube", activityId: "3:YouTube" },
  {
    type: "playing",
    name: "The Witcher 3: Wild Hunt – Game of the Year Edition",
    activityId: "0:The Witcher 3: Wild Hunt – Game of the Year Edition",
  },
  { type: "streaming", name: "Just Chatting", activityId: "1:Just Chatting" },
  { type: "competing", name: "Chess", activityId: "5:Chess" },
] as const;

function byPeriod<T>(make: (share: number) => T): ByPeriod<T> {
  return { "24h": make(0.04), "7d": make(0.3), "30d": make(0.7), lifetime: make(1) };
}

/**
 * Every view, with numbers of one size. Against the period before, messages of 24 hours are up and voice is down, 7
 * days are the other way round, and 30 days are as many as before; a member's 30 days before are not known.
 */
export function views(amount: Amount): readonly View[] {
  const scale = SCALE[amount];
  const many = amount === "none" ? 0 : amount === "one" ? 1 : Number.POSITIVE_INFINITY;
  const value = (share: number, metric: TopMetric): number =>
    Math.ceil(scale * share) * (metric === "messages" ? 1 : 95_000);
  const pair = (share: number): ByMetric<number> => ({
    messages: value(share, "messages"),
    voice: value(share, "voice"),
  });
  const before = <T>(make: (messagesFactor: number, voiceFactor: number, share: number) => T) => {
    const isKnown = amount === "lively" || amount === "huge";
    return {
      "24h": isKnown ? make(0.89, 1.4, 0.04) : null,
      "7d": isKnown ? make(1.25, 0.5, 0.3) : null,
      "30d": isKnown ? make(1, 1, 0.7) : null,
      lifetime: null,
    };
  };
  const previous = before((messages, voice, share) => ({
    messages: value(share * messages, "messages"),
    voice: value(share * voice, "voice"),
  }));
  const previousMs = before((_, voice, share) => value(share * voice, "voice"));
  const entries = (
    metric: TopMetric,
    length: number,
    offset = 0,
    idOf: (index: number) => string = id,
    above = 0,
  ): RankedEntry[] =>
    Array.from({ length: Math.min(many, length) }, (_, index) => ({
      id: idOf(index + offset),
      place: above + index + 1,
      value: value(0.7 / (above + index + 1), metric),
      share: amount === "one" ? 1 : 0.4 / (above + index + 1),
    }));
  const list = (length: number, offset = 0): ByMetric<RankedEntry[]> => ({
    messages: entries("messages", length, offset),
    voice: entries("voice", length, offset + 5),
  });
  const place = amount === "huge" ? 123_456 : 3;
  const rank: Rank = amount === "none" ? null : { place, of: amount === "huge" ? 1_000_000 : 87 };
  const rankOfOne = amount === "one" ? { place: 1, of: 1 } : rank;
  const days = Array.from({ length: 30 }, (_, day) =>
    new Date(Date.UTC(2026, 1, 14 + day)).toISOString().slice(0, 10),
  );
  const unknownDays = amount === "one" ? 29 : amount === "lively" ? 4 : 0;
  const wave = (day: number, shift: number): number => {
    if (amount === "one") return day < unknownDays ? 0 : 1;
    if (day + shift < unknownDays) return 0;
    return Math.round((scale / 30) * (1 + Math.sin((day + shift) / 1.1) * 0.6));
  };
  const timeZone = "Asia/Tokyo";
  const daily: DailySeries = {
    timeZone,
    days,
    messages: days.map((_, day) => wave(day, 0)),
    voiceMs: days.map((_, day) => wave(day, 2) * 95_000),
    unknownDays,
  };
  const activityDaily = { timeZone, days, unknownDays, durationMs: daily.voiceMs };
  const weeks = amount === "huge" ? 4 : amount === "lively" ? 3 : 0;
  // Evenings are busy, and weekends all day long.
  const busy = (slot: number): number => {
    const [weekday, hour] = [Math.floor(slot / 24), slot % 24];
    const evening = Math.max(0, 1 - Math.abs(hour - 20) / 7) ** 2;
    return weeks === 0
      ? 0
      : evening + (weekday > 4 && hour > 9 ? 0.3 : 0) + (hour > 1 && hour < 7 ? 0 : 0.05);
  };
  const slots = Array.from({ length: 168 }, (_, slot) => slot);
  const rhythm: Rhythm = {
    timeZone,
    weeks,
    messages: slots.map((slot) => Math.round((scale / 60) * busy(slot))),
    voiceMs: slots.map((slot) => Math.round((scale / 60) * busy((slot + 166) % 168)) * 95_000),
  };
  const streaks: Streaks =
    amount === "none"
      ? { activeDays: 0, knownDays: 0, currentDays: 0, longestDays: 0 }
      : amount === "one"
        ? { activeDays: 1, knownDays: 1, currentDays: 1, longestDays: 1 }
        : amount === "lively"
          ? { activeDays: 17, knownDays: 26, currentDays: 0, longestDays: 9 }
          : { activeDays: 30, knownDays: 30, currentDays: 30, longestDays: 30 };
  const allMs = value(0.7, "voice");
  const part = (share: number): number => Math.round(allMs * share);
  const voiceStates: VoiceStates = {
    allMs,
    countedMs: part(0.85),
    statesMs: {
      alone: part(0.11),
      afk: part(0.15),
      selfMuted: part(0.42),
      serverMuted: 0,
      selfDeafened: part(0.2),
      serverDeafened: 0,
      streaming: part(0.08),
      camera: part(0.03),
      stageAudience: 0,
      stageSpeaker: 0,
    },
  };
  const described = {
    guildId: "100000000000000001",
    members: "humans",
    period: "30d",
    sinceMs: amount === "none" ? null : Date.UTC(2026, 0, 30),
  } as const;
  const base = { ...described, totals: byPeriod(pair), previous, daily };
  const contributors = byPeriod((share) => ({
    messages: Math.ceil((scale * share) / 9),
    voice: Math.ceil((scale * share) / 30),
  }));
  const ranks = { messages: rankOfOne, voice: null };
  const neighbours: ByMetric<readonly RankedEntry[]> = {
    messages: amount === "one" ? entries("messages", 1, 11) : entries("messages", 5, 9, id, place - 3),
    voice: [],
  };
  const topActivities: ActivityEntry[] = entries("activities", ACTIVITIES.length, 0, String).flatMap(
    ({ id: at, ...entry }) => {
      const activity = ACTIVITIES[Number(at)];
      return activity ? [{ ...entry, ...activity, members: Math.ceil(scale / 40 / entry.place) }] : [];
    },
  );
  const activities = {
    ...described,
    totals: byPeriod((share) => value(share, "activities")),
    previous: previousMs,
    daily: activityDaily,
  };
  const top = (metric: TopMetric, of: TopOf, page = 0): TopView => {
    const offset = of === "members" ? 7 : 0;
    const idOf = of === "activities" ? (at: number) => ACTIVITIES[at]?.activityId ?? "0:Go" : id;
    const length = of === "members" ? 10 : of === "activities" ? ACTIVITIES.length : 5;
    const onePage = amount === "none" || amount === "one" || of !== "members";
    const shown = onePage ? 0 : page;
    return {
      ...described,
      kind: "top",
      metric,
      of,
      totals: byPeriod((share) => value(share, metric)),
      previous: before((messages, voice, share) =>
        value(share * (metric === "messages" ? messages : voice), metric),
      ),
      daily: {
        timeZone,
        days,
        unknownDays,
        values: metric === "messages" ? daily.messages : daily.voiceMs,
      },
      entries: entries(metric, length, offset + shown * 10, idOf, shown * 10),
      ranked: of === "members" ? scale : Math.min(many, length),
      page: shown,
      pages: onePage ? 1 : Math.ceil(scale / 10),
      around: onePage ? [] : entries(metric, 3, 51, id, amount === "huge" ? 123_454 : 50),
    };
  };
  const side = (index: number, own: Rank, factor: number): Compared => {
    const shrunk = ({ messages, voice }: ByMetric<number>): ByMetric<number> => ({
      messages: Math.ceil(messages * factor),
      voice: Math.ceil(voice * factor),
    });
    return {
      id: id(index),
      totals: byPeriod((share) => shrunk(pair(share))),
      previous: before((messages, voice, share) => shrunk(pair(share * (factor < 1 ? messages : voice)))),
      ranks: { messages: own, voice: own },
      daily: {
        ...daily,
        messages: days.map((_, day) => Math.round(wave(day, factor < 1 ? 5 : 0) * factor)),
        voiceMs: days.map((_, day) => Math.round(wave(day, factor < 1 ? 9 : 2) * factor) * 95_000),
      },
    };
  };
  const second: Rank = rank === null || amount === "one" ? null : { ...rank, place: rank.place + 4 };
  const ofMetric = (metric: Metric): View => ({
    ...base,
    kind: metric,
    contributors,
    topMembers: entries(metric, 5, metric === "messages" ? 3 : 8),
    topChannels: entries(metric, 5, metric === "messages" ? 0 : 5),
    voiceStates: metric === "voice" ? voiceStates : null,
  });
  const channel = {
    ...base,
    kind: "channel",
    contributors,
    ranks,
    topMembers: list(5, 9),
    topThreads: [],
    voiceStates,
  } as const;
  return [
    { ...base, kind: "server", contributors, topMembers: list(5), topChannels: list(5, 2) },
    {
      ...base,
      previous: { ...previous, "30d": null },
      kind: "member",
      memberId: id(11),
      ranks,
      topChannels: list(5, 1),
      neighbours,
      rhythm,
      streaks,
      voiceStates,
    },
    { ...channel, channelId: id(0), topThreads: entries("messages", 3, 20) },
    // A thread, and a forum with its posts.
    { ...channel, channelId: id(21), ranks: { messages: null, voice: null } },
    { ...channel, channelId: id(4), topThreads: entries("messages", 5, 30) },
    {
      ...base,
      kind: "role",
      roleId: id(40),
      contributors,
      ranks,
      topMembers: list(5, 4),
      topChannels: list(5),
    },
    {
      ...base,
      kind: "category",
      categoryId: id(50),
      contributors,
      ranks,
      topMembers: list(5, 6),
      topChannels: list(5, 3),
    },
    ofMetric("messages"),
    ofMetric("voice"),
    {
      ...activities,
      kind: "activities",
      contributors: byPeriod((share) => Math.ceil((scale * share) / 9)),
      topActivities,
      topMembers: entries("activities", 5, 2),
    },
    {
      ...activities,
      kind: "activity",
      name: ACTIVITIES[0].name,
      types: amount === "none" ? [] : ["playing"],
      contributors: byPeriod((share) => Math.ceil((scale * share) / 20)),
      topMembers: entries("activities", 5, 10),
    },
    { ...activities, kind: "member-activities", memberId: id(11), rank: rankOfOne, topActivities },
    top("messages", "members"),
    top("voice", "members", 1),
    top("messages", "channels"),
    top("voice", "roles"),
    top("activities", "activities"),
    growth(amount, timeZone, days),
    { ...base, kind: "rhythm", metric: "messages", rhythm },
    { ...base, kind: "rhythm", metric: "voice", rhythm },
    { ...described, kind: "compare", of: "members", sides: [side(11, rankOfOne, 1), side(2, second, 0.62)] },
    { ...described, kind: "compare", of: "channels", sides: [side(0, rankOfOne, 1), side(1, second, 0.3)] },
  ];
}

function growth(amount: Amount, timeZone: string, days: readonly string[]): GrowthView {
  const final = { none: null, one: 1, lively: 1_204, huge: 1_234_567 }[amount];
  const unknownDays = { none: 30, one: 29, lively: 4, huge: 0 }[amount];
  const come = { none: 0, one: 0, lively: 4, huge: 3_000 }[amount];
  const joins = days.map((_, day) =>
    day < unknownDays ? 0 : Math.round(come * (1.2 + Math.sin(day / 1.3))) + (amount === "one" ? 1 : 0),
  );
  // A raid came, and was sent away.
  const leaves = days.map((_, day) =>
    day < unknownDays ? 0 : Math.round(come * (day === 22 ? 9 : 0.6 + Math.cos(day / 2) * 0.5)),
  );
  let members = final ?? 0;
  const counts: (number | null)[] = days.map(() => null);
  for (let day = days.length - 1; day >= unknownDays; day--) {
    counts[day] = members;
    members += (leaves[day] ?? 0) - (joins[day] ?? 0);
  }
  const over = (length: number): Movement => ({
    joins: joins.slice(-length).reduce((sum, each) => sum + each, 0),
    leaves: leaves.slice(-length).reduce((sum, each) => sum + each, 0),
  });
  const isKnown = amount === "lively" || amount === "huge";
  const [lastDay, lastWeek] = [over(1), over(7)];
  return {
    kind: "growth",
    guildId: "100000000000000001",
    period: "30d",
    sinceMs: amount === "none" ? null : Date.UTC(2026, 0, 30),
    memberCount: final,
    periods: { "24h": lastDay, "7d": lastWeek, "30d": over(30) },
    previous: {
      "24h": isKnown ? { joins: Math.ceil(lastDay.joins / 2), leaves: lastDay.leaves } : null,
      "7d": isKnown ? { joins: lastWeek.joins * 2, leaves: Math.ceil(lastWeek.leaves / 3) } : null,
      "30d": null,
    },
    daily: { timeZone, days, joins, leaves, members: counts },
  };
}
