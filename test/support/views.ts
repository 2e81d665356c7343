import type { Names, Subject } from "../../src/cards/card.ts";
import type { ByMetric, ByPeriod, DailySeries, Rank, RankedEntry, View } from "../../src/stats/views.ts";

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

export function subjects(guildName = "The Northern Lights 🌌"): Names {
  const subject = (key: string, name: string, kind: Subject["kind"]): Subject => ({
    id: key,
    name,
    imageUrl: null,
    kind,
  });
  return {
    guild: subject("100000000000000001", guildName, "guild"),
    member: (key) => {
      const index = Number(key.slice(-2)) % HARD_NAMES.length;
      return subject(
        key,
        HARD_NAMES[index] ?? "",
        (["member", "departed", "bot"] as const)[index % 4] ?? "member",
      );
    },
    channel: (key) => {
      const index = Number(key.slice(-1));
      return subject(
        key,
        ["general", "お絵かき", "мемы-и-шутки", "music 🎵", "ردهة"][index % 5] ?? "",
        index > 4 ? "voice" : "text",
      );
    },
  };
}

const SCALE: Readonly<Record<Amount, number>> = { none: 0, one: 1, lively: 4_321, huge: 1_234_567_890 };

function byPeriod<T>(make: (share: number) => T): ByPeriod<T> {
  return { "24h": make(0.04), "7d": make(0.3), "30d": make(0.7), lifetime: make(1) };
}

/** Every view, with numbers of one size. */
export function views(amount: Amount): readonly View[] {
  const scale = SCALE[amount];
  const value = (share: number, metric: "messages" | "voice"): number =>
    Math.ceil(scale * share) * (metric === "voice" ? 95_000 : 1);
  const pair = (share: number): ByMetric<number> => ({
    messages: value(share, "messages"),
    voice: value(share, "voice"),
  });
  const entries = (metric: "messages" | "voice", length: number, offset = 0): RankedEntry[] =>
    Array.from({ length: amount === "none" ? 0 : amount === "one" ? 1 : length }, (_, index) => ({
      id: id(index + offset),
      place: index + 1,
      value: value(0.7 / (index + 1), metric),
      share: amount === "one" ? 1 : 0.4 / (index + 1),
    }));
  const list = (length: number, offset = 0): ByMetric<RankedEntry[]> => ({
    messages: entries("messages", length, offset),
    voice: entries("voice", length, offset + 5),
  });
  const rank: Rank =
    amount === "none"
      ? null
      : { place: amount === "huge" ? 123_456 : 3, of: amount === "huge" ? 1_000_000 : 87 };
  const days = Array.from({ length: 30 }, (_, day) =>
    new Date(Date.UTC(2026, 1, 14 + day)).toISOString().slice(0, 10),
  );
  const unknownDays = amount === "one" ? 29 : amount === "lively" ? 4 : 0;
  const wave = (day: number): number =>
    day < unknownDays ? 0 : Math.round((scale / 30) * (1 + Math.sin(day / 1.1) * 0.6));
  const daily: DailySeries = {
    timeZone: "Asia/Tokyo",
    days,
    messages: days.map((_, day) => wave(day)),
    voiceMs: days.map((_, day) => wave(day + 2) * 95_000),
    unknownDays,
  };
  const base = {
    guildId: "100000000000000001",
    members: "humans",
    period: "30d",
    sinceMs: amount === "none" ? null : Date.UTC(2026, 0, 30),
    totals: byPeriod(pair),
    daily,
  } as const;
  const contributors = byPeriod((share) => ({
    messages: Math.ceil((scale * share) / 9),
    voice: Math.ceil((scale * share) / 30),
  }));
  const ranks = { messages: rank, voice: null };
  return [
    { ...base, kind: "server", contributors, topMembers: list(5), topChannels: list(5, 2) },
    { ...base, kind: "member", memberId: id(11), ranks, topChannels: list(5, 1) },
    { ...base, kind: "channel", channelId: id(0), contributors, ranks, topMembers: list(5, 9) },
    {
      ...base,
      kind: "messages",
      contributors,
      topMembers: entries("messages", 5, 3),
      topChannels: entries("messages", 5),
    },
    {
      ...base,
      kind: "voice",
      contributors,
      topMembers: entries("voice", 5, 8),
      topChannels: entries("voice", 5, 5),
    },
    {
      ...base,
      kind: "top",
      metric: "messages",
      of: "members",
      entries: entries("messages", 10, 7),
      ranked: scale,
    },
  ];
}
