import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { GatewayIntentBits } from "discord.js";
import { expect, test } from "vitest";
import { GuildStats } from "../../src/guild-stats.ts";
import { customStatus, playing, spotify } from "../loopback/activities.ts";
import { snowflake } from "../loopback/snowflake.ts";
import { PRIVILEGED_INTENTS } from "../support/connected-client.ts";
import { runBot } from "../support/running-bot.ts";

test("no intent that shows what is written is asked for", () => {
  expect(GuildStats.intents).not.toContain(GatewayIntentBits.MessageContent);
  expect(GuildStats.intents).not.toContain(GatewayIntentBits.DirectMessages);
});

test("what is written, what people and the server are called, and what else Discord tells is in no byte of any file", async () => {
  const longAgoMs = Date.now() - 20 * 86_400_000;
  await using bot = await runBot(
    {
      name: "qguildname",
      members: [{ username: "qusername", global_name: "qglobalname", avatar: "qavatar" }, {}],
      channels: [
        { name: "general", id: snowflake(longAgoMs) },
        { name: "Lobby", type: 2 },
      ],
      roles: [{ name: "qrole" }],
    },
    { activities: true, activityMinimumMs: 0 },
    [...PRIVILEGED_INTENTS, GatewayIntentBits.MessageContent],
  );
  const { discord, guild, stats } = bot;
  const [ann, general] = [guild.user(0), guild.channel("general")];
  const roles = guild.roles.slice(1).map(({ id }) => id);
  discord.changeMember(guild, ann, { nick: "qnickname", roles });
  discord.history(guild, general, 30, (index) => ({
    atMs: longAgoMs + (index + 1) * 60_000,
    author: ann,
    content: "qpastcontent",
  }));
  const messages = [1, 2, 3].map(() => discord.message(guild, general, ann, { content: "qcontent" }));
  discord.voice(guild, ann, guild.channel("Lobby"));
  discord.presence(guild, ann, {
    activities: [
      { ...playing("Chess"), details: "qdetails", state: "qstate" },
      customStatus("qstatus"),
      spotify("qsong", "qartist", Date.now()),
    ],
  });
  await discord.taken();
  expect((await stats.backfill(guild.id)).messages).toBe(30);
  await (await bot.call("member")).settled();
  await stats.flush();
  const folder = dirname(bot.databaseFile);
  const bytes = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
  const isStored = (text: string): boolean => bytes.some((each) => each.includes(text));
  for (const kept of ["general", "Chess", "Spotify"]) expect(isStored(kept), kept).toBe(true);
  for (const secret of [
    ...["qguildname", "qusername", "qglobalname", "qavatar", "qnickname", "qrole"],
    ...["qcontent", "qpastcontent", "qdetails", "qstate", "qstatus", "qsong", "qartist"],
    // Of a channel's messages the ends are kept, and none between.
    messages[1]?.id ?? "",
  ])
    expect(isStored(secret), secret).toBe(false);
  expect(bot.failures).toEqual([]);
});
