import { describe, expect, test } from "vitest";
import { readRedSettings } from "../../src/red/red-import.ts";
import { summarise } from "../../src/red/red-summary.ts";
import { COG, RedCog } from "./red-cog.ts";

const NOW = 1_760_000_000;
const NOW_MS = NOW * 1000;
const DAY = 86_400;

const GUILD_ID = "1029384756102938475";
const OTHER_GUILD_ID = "1029384756102938481";
const CHAT = "1129384756102938475";
const LOUNGE = "1129384756102938477";
const ANA = "987654321098765433";
const BEN = "987654321098765435";
const BOT = "987654321098765437";
const GONE = "987654321098765439";
const SHY = "987654321098765441";

function livelyServer(): RedCog {
  const cog = new RedCog();
  for (let minute = 0; minute < 90; minute++) cog.message(CHAT, ANA, NOW - 3_600 - minute * 60);
  cog.message(CHAT, ANA, NOW - 31 * DAY);
  cog.message(CHAT, BEN, NOW - 10);
  cog.message(CHAT, BOT, NOW - 9, true);
  cog.message(CHAT, GONE, NOW - 8);
  cog.message(CHAT, SHY, NOW - 7);
  cog.voice(LOUNGE, ANA, NOW - 7_200, NOW - 3_600);
  cog.voice(LOUNGE, BOT, NOW - 7_200, NOW - 5_400, { bot: true, keptInterval: true });
  cog.voice(LOUNGE, GONE, NOW - 7_200, NOW - 7_100);
  cog.activity(GUILD_ID, ANA, "Visual Studio Code", 3_600);
  cog.activity(OTHER_GUILD_ID, ANA, "Visual Studio Code", 3_600);
  cog.activity(GUILD_ID, BEN, "原神", 1_200);
  cog.activity(GUILD_ID, SHY, "Chess", 900);
  cog.erase(GONE);
  cog.file.GLOBAL.ignored_users.push(BigInt(SHY), BigInt(GONE));
  cog.file.GUILD[GUILD_ID] = { enabled: true, ignored_channels: [BigInt(CHAT)] };
  return cog;
}

/** What the file of `cog` is said to contradict. */
function contradictions(change: (cog: RedCog) => void): readonly { path: string; problem: string }[] {
  const cog = livelyServer();
  change(cog);
  return readRedSettings(cog.text(), NOW_MS).contradictions;
}

function channelData(cog: RedCog, channelId: string) {
  const data = cog.file.TEXTCHANNEL[channelId];
  if (data === undefined) throw new Error(`no channel ${channelId}`);
  return data;
}

describe("the dry run", () => {
  test("tells every figure of a lively server", () => {
    expect(summarise(readRedSettings(livelyServer().text(), NOW_MS))).toEqual({
      guilds: 2,
      channels: 2,
      unresolvedChannels: 2,
      members: 3,
      messages: 93,
      unattributedMessages: 2,
      voiceMs: 5_400_000,
      unattributedVoiceMs: 100_000,
      hours: 4,
      recentMessages: 92,
      voiceIntervals: 1,
      activities: 2,
      activityMs: 8_400_000,
      ignoredUsers: 2,
      leftOutUsers: 1,
      contradictions: 0,
      unreadPaths: 0,
    });
  });

  test("a server that agrees with itself contradicts nothing, erased people included", () => {
    expect(contradictions(() => undefined)).toEqual([]);
  });

  test("an interval may be a second longer than its stay: both ends were cut to whole seconds", () => {
    const cut = (cog: RedCog) =>
      channelData(cog, LOUNGE).voice[BOT]?.splice(0, 1, [NOW - 7_200, NOW - 5_399]);
    expect(contradictions(cut)).toEqual([]);
  });

  test.each<[string, (cog: RedCog) => void, string, string]>([
    [
      "humans and bots that are not all",
      (cog) => {
        channelData(cog, CHAT).total_bots_messages += 1;
      },
      `TEXTCHANNEL.${CHAT}.total_messages`,
      "is 95, but humans and bots add up to 96",
    ],
    [
      "members above the total of messages",
      (cog) => {
        channelData(cog, CHAT).total_messages_members[ANA] = 1_000;
      },
      `TEXTCHANNEL.${CHAT}.total_messages_members`,
      "adds up to 1003, above the total of 95",
    ],
    [
      "members above the total of voice",
      (cog) => {
        channelData(cog, LOUNGE).total_voice_members[ANA] = 9_000;
      },
      `TEXTCHANNEL.${LOUNGE}.total_voice_members`,
      "adds up to 10800, above the total of 5500",
    ],
    [
      "more listed messages than lifetime",
      (cog) => channelData(cog, CHAT).messages[BEN]?.push(NOW),
      `TEXTCHANNEL.${CHAT}.messages.${BEN}`,
      "lists 2 messages, but 1 in all",
    ],
    [
      "a message in the future",
      (cog) => channelData(cog, CHAT).messages[BEN]?.splice(0, 1, NOW + 1),
      `TEXTCHANNEL.${CHAT}.messages.${BEN}.0`,
      `is ${NOW + 1}, which in Unix seconds is before Discord or in the future`,
    ],
    [
      "an interval that lasted longer than the lifetime",
      (cog) => channelData(cog, LOUNGE).voice[BOT]?.push([NOW - 7_200, NOW - 7_000]),
      `TEXTCHANNEL.${LOUNGE}.voice.${BOT}`,
      "lists 2000 seconds, but 1800 in all",
    ],
    [
      "an interval that ends before it starts",
      (cog) => channelData(cog, LOUNGE).voice[BOT]?.splice(0, 1, [NOW - 10, NOW - 20]),
      `TEXTCHANNEL.${LOUNGE}.voice.${BOT}.0`,
      "ends before it starts",
    ],
    [
      "activities that are not their total",
      (cog) => {
        const ben = cog.file.MEMBER[GUILD_ID]?.[BEN];
        if (ben !== undefined) ben.total_activities = 5;
      },
      `MEMBER.${GUILD_ID}.${BEN}.total_activities`,
      "is 5, but the activities add up to 1200",
    ],
    [
      "a first start before Discord",
      (cog) => {
        cog.file.GLOBAL.first_loading_time = 1_000;
      },
      "GLOBAL.first_loading_time",
      "is 1000, which in Unix seconds is before Discord or in the future",
    ],
  ])("%s is named by its path", (_, change, path, problem) => {
    expect(contradictions(change)).toEqual([{ path: `${COG}.${path}`, problem }]);
  });

  test("an instant that cannot be leaves the hours and shifts none, and stays in the lifetime", () => {
    const cog = livelyServer();
    const before = readRedSettings(cog.text(), NOW_MS);
    channelData(cog, CHAT).messages[BOT] = [NOW + 40 * DAY];
    const after = readRedSettings(cog.text(), NOW_MS);
    expect(after.recent).toEqual(before.recent);
    expect(summarise(after)).toMatchObject({ messages: 93, recentMessages: 91, contradictions: 1 });
  });
});
