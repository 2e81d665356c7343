import { z } from "zod";
import { optOutHash } from "../../../src/store/opt-out-hash.ts";
import { type Store, UNSET_SETTINGS } from "../../../src/store/store.ts";
import { batchOf, readGuild } from "../batches.ts";
import { rollUpWhole } from "../rolling-up.ts";

const [GUILD, LEFT] = ["9007199254740993", "200000000000000002"];
const [ANN, BEN, BOT, EVA] = [
  "1099511627776000001",
  "1099511627776000002",
  "1099511627776000003",
  "1099511627776000004",
];
const [GENERAL, THREAD, LOBBY, STAGED] = [
  "1200000000000000001",
  "1200000000000000002",
  "1200000000000000003",
  "1200000000000000004",
];
const CHESS = "0:Chess";
const HOUR = 490_000;
const HOUR_MS = 3_600_000;
const CUT_MS = (HOUR + 50) * HOUR_MS;

/** Does to a store all that leaves something in it. */
export async function liveThrough(store: Store): Promise<void> {
  const row = { guild: GUILD, hour: HOUR, place: GENERAL, member: ANN };
  const known = { name: "general", newestMessageId: "1300000000000000001" };
  const counted = batchOf("first run", 1, [
    { ...row, messages: 3 },
    { ...row, place: THREAD, parent: GENERAL, member: BEN, messages: 2 },
    { ...row, hour: HOUR + 48, member: BOT, bot: true, ...known, messages: 7 },
    { ...row, hour: HOUR + 48, place: LOBBY, state: 5, durationMs: 1_800_000 },
    { ...row, hour: HOUR + 49, place: CHESS, member: BEN, durationMs: 900_000 },
    { ...row, guild: LEFT, member: EVA, messages: 1 },
  ]);
  await store.apply({
    ...counted,
    cutAtMs: CUT_MS,
    guilds: counted.guilds.map((delta) => ({
      ...delta,
      population: [{ hour: HOUR + 48, joins: 2, leaves: 1, members: 40 }],
    })),
    sessions: {
      opened: [
        {
          guildId: GUILD,
          userId: ANN,
          bot: false,
          channelId: LOBBY,
          sessionId: "a session",
          state: 5,
          countedMs: null,
        },
      ],
      closed: [],
    },
    activities: {
      opened: [
        { guildId: GUILD, userId: BEN, bot: false, activityId: CHESS, uncountedSinceMs: null, endedMs: null },
      ],
      closed: [],
    },
  });
  const range = { guildId: GUILD, channelId: GENERAL, parentId: null };
  await store.apply({
    ...batchOf("first run", 2, [{ ...row, messages: 4 }], CUT_MS),
    imported: { ...range, fromId: "700000000000000000", untilId: "800000000000000000" },
  });
  await store.setRulesSinceMs(CUT_MS - HOUR_MS);
  await store.saveSettings(GUILD, {
    enabled: true,
    timeZone: "Asia/Kolkata",
    locale: "ja",
    theme: "contrast",
    accent: "icon",
    uncountedVoice: ["afk", "alone"],
    defaultPeriod: "7d",
    visibility: "self",
    commandChannels: [GENERAL],
    privateByDefault: true,
    ignored: { channels: [LOBBY], categories: [THREAD], roles: [EVA], activities: ["Go"] },
  });
  await store.saveSettings(LEFT, { ...UNSET_SETTINGS, enabled: false });
  await store.addPost({
    guildId: GUILD,
    channelId: GENERAL,
    id: 1,
    timing: { every: "week", weekday: 6, hour: 9 },
    card: "top-voice-members",
    period: "7d",
    members: "humans",
    doneMs: CUT_MS,
    messageId: null,
    trouble: "permissions",
  });
  const { key } = await store.optOuts();
  await store.addOptOut(optOutHash(key, BOT), "owner");
  await rollUpWhole(store, { hourlyBefore: HOUR + 30, dailyBefore: null, timeZone: "UTC" });
  await store.markLeft([LEFT], CUT_MS);
  const total = { userId: EVA, messages: 5, durationMs: 60_000 };
  await store.stageRed(
    {
      sinceMs: CUT_MS - 90 * 24 * HOUR_MS,
      untilMs: CUT_MS,
      channels: [
        {
          channelId: STAGED,
          lifetime: [total],
          hours: [{ userId: EVA, messages: 1, durationMs: 0, hour: HOUR }],
        },
      ],
      activities: [],
      settings: [],
      optOutHashes: [optOutHash(key, EVA)],
    },
    CUT_MS,
  );
}

/** All that a store says of that, as it is written down beside a released file. */
export async function toldBy(store: Store): Promise<Record<string, unknown>> {
  const { hashes, ignored } = await store.optOuts();
  const told = {
    guild: await readGuild(store, GUILD, "first run"),
    left: await readGuild(store, LEFT, "first run"),
    days: (await store.exportPage(GUILD, "daily", null, 100)).rows,
    population: (await store.load(GUILD, { writer: "w", fromHour: 0 })).population,
    counted: await store.countedMessages(GUILD),
    rulesSinceMs: await store.rulesSinceMs(),
    openVoice: await store.openVoice(),
    openActivities: await store.openActivities(),
    settings: await store.settings(),
    posts: await store.posts(),
    guilds: await store.guilds(),
    optOuts: { hashes: hashes.toSorted(), ignored },
    unfinishedErasures: await store.unfinishedErasures(),
    redStaging: await store.redStaging(),
  };
  const asJson = JSON.stringify(told, (_, value: unknown) =>
    value instanceof Map ? [...value].sort() : value,
  );
  return z.record(z.string(), z.unknown()).parse(JSON.parse(asJson));
}
