import {
  type HistoryEvent,
  type HistoryIds,
  type HistorySize,
  historyBatches,
  seededHistory,
} from "../examples/demo/history.ts";
import { displayName } from "../examples/demo/names.ts";
import { seededRandom } from "../examples/demo/random.ts";
import type { CardContext, Names } from "../src/cards/card.ts";
import type { Directory } from "../src/counting/directory.ts";
import { DISCORD_EPOCH_MS, type Snowflake } from "../src/snowflake.ts";
import { sqlite } from "../src/store/sqlite/index.ts";
import type { StoredMember } from "../src/store/store.ts";

/** Now, for everything in the bench: a Sunday evening. The same history for everyone, whenever the bench runs. */
export const NOW_MS = Date.UTC(2026, 2, 15, 20, 30);
const BOT_EVERY = 50;

/** The guild that all figures are about. */
export const SIZE: HistorySize = {
  seed: 20_260,
  members: 10_000,
  textChannels: 50,
  voiceChannels: 10,
  messages: 300_000,
  voiceSessions: 3_000,
  days: 45,
  endMs: NOW_MS,
};

const random = seededRandom(SIZE.seed);
const members: readonly StoredMember[] = Array.from({ length: SIZE.members }, (_, index) => ({
  // Accounts are as old as Discord is, or as young as last year.
  id: idMadeAt(DISCORD_EPOCH_MS + Math.floor(random() * 10 * 365 * 86_400_000) + 1, index % 4_096),
  bot: index % BOT_EVERY === 7,
}));
const channels: readonly Snowflake[] = Array.from(
  { length: SIZE.textChannels + SIZE.voiceChannels },
  (_, index) => idMadeAt(Date.UTC(2019, 4, 1) + index * 3_600_000, index),
);

export const GUILD: HistoryIds = {
  guildId: idMadeAt(Date.UTC(2019, 4, 1), 9),
  textChannels: channels.slice(0, SIZE.textChannels),
  voiceChannels: channels.slice(SIZE.textChannels),
  members,
};

const names = members.map((_, index) => displayName(index, random));

/** The id that Discord would make at an instant; `serial` tells apart what is made in the same millisecond. */
export function idMadeAt(ms: number, serial: number): Snowflake {
  return String((BigInt(ms - DISCORD_EPOCH_MS) << 22n) | BigInt(serial));
}

/** Categories, of ten channels each. */
export const CATEGORIES = Array.from({ length: 6 }, (_, index) => idMadeAt(Date.UTC(2019, 4, 2), index));
/** Roles; each member has one in two and one of the others. */
export const ROLES = Array.from({ length: 40 }, (_, index) => idMadeAt(Date.UTC(2019, 4, 3), index));

/** The guild as a bot has it in its caches. */
export function referenceDirectory(): Directory {
  const categories = new Map(channels.map((id, index) => [id, CATEGORIES[Math.floor(index / 10)] ?? null]));
  const roles = new Map(
    members.map(({ id }, index) => [id, [ROLES[index % 2] ?? "", ROLES[2 + (index % 38)] ?? ""]]),
  );
  return {
    channelName: () => null,
    categoryOf: (_guildId, channelId) => categories.get(channelId) ?? null,
    rolesOf: (_guildId, userId) => roles.get(userId) ?? [],
  };
}

/** Everything that happened, in the order of its making (not of time). */
export function referenceEvents(): Generator<HistoryEvent> {
  return seededHistory(SIZE);
}

/** Writes the history into a new database file. */
export async function writeReferenceGuild(file: string): Promise<void> {
  const store = sqlite(file);
  await store.open();
  for (const batch of historyBatches(SIZE, GUILD)) await store.apply(batch);
  await store.close();
}

/** Names in many scripts, as the demo has them. @param cdn where avatars come from */
function referenceNames(cdn: string): Names {
  const memberIndex = new Map(members.map(({ id }, index) => [id, index]));
  const channelIndex = new Map(channels.map((id, index) => [id, index]));
  const picture = (path: string): string => `${cdn}/${path}/${"a".repeat(32)}.png?size=128`;
  return {
    guild: {
      id: GUILD.guildId,
      name: "The reference guild 🌌",
      imageUrl: picture(`icons/${GUILD.guildId}`),
      kind: "guild",
      colour: null,
    },
    member: (id) => {
      const index = memberIndex.get(id) ?? -1;
      const kind = members[index]?.bot ? "bot" : "member";
      return { id, name: names[index] ?? "", imageUrl: picture(`avatars/${id}`), kind, colour: null };
    },
    channel: (id) => {
      const index = channelIndex.get(id) ?? -1;
      const kind = index < SIZE.textChannels ? "text" : "voice";
      return { id, name: `${kind}-channel-${index}`, imageUrl: null, kind, colour: null };
    },
    role: (id) => ({ id, name: `role ${id}`, imageUrl: null, kind: "role", colour: null }),
    category: (id) => ({ id, name: `category ${id}`, imageUrl: null, kind: "category", colour: null }),
  };
}

/** How the reference guild's cards look. @param cdn where avatars come from */
export function referenceContext(cdn: string): CardContext {
  return {
    names: referenceNames(cdn),
    locale: "en-US",
    theme: "dark",
    accent: null,
    bannerUrl: null,
    mode: "card",
    viewerId: null,
    nowMs: NOW_MS,
  };
}
