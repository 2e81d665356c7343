import { describe, expect, test } from "vitest";
import { requirePurge } from "../src/purge-argument.ts";
import type { Purge } from "../src/store/store.ts";
import { runBot } from "./support/running-bot.ts";

describe("what a purge may be asked for", () => {
  const known: readonly Purge[] = [
    "all",
    { placeId: "1200000000000000001" },
    { placeId: "0:Chess" },
    { memberIds: [] },
    { memberIds: ["1200000000000000001"] },
    { metric: "voice" },
  ];
  test.each(known)("%j is taken", (what) => {
    expect(() => requirePurge(what)).not.toThrow();
  });

  test.each([
    '"everything"',
    "{}",
    "null",
    '{"placeId":"general"}',
    '{"memberIds":"1200000000000000001"}',
    '{"memberIds":["me"]}',
    '{"metric":"joins"}',
    '{"metric":"voice","memberIds":["1200000000000000001"]}',
  ])("%s is refused: nothing that was not meant may be deleted", (json) => {
    expect(() => requirePurge(JSON.parse(json))).toThrow(
      expect.objectContaining({ code: "ARGUMENT_INVALID", message: expect.stringContaining(json) }),
    );
  });

  test("a running bot purges, merges, and lists who has counts; a malformed id is refused", async () => {
    await using bot = await runBot({ channels: [{ name: "general" }, { name: "random" }] });
    const { discord, guild, stats } = bot;
    const [general, random] = [guild.channel("general"), guild.channel("random")];
    discord.message(guild, general, guild.user(0));
    discord.message(guild, random, guild.user(1));
    await discord.taken();
    await stats.flush();
    expect([...(await stats.memberIds(guild.id))].sort()).toEqual(
      [guild.user(0).id, guild.user(1).id].sort(),
    );
    expect(await stats.mergeChannels(guild.id, general.id, random.id)).toEqual({ rows: 2 });
    expect((await stats.query.channel(guild.id, random.id)).totals.lifetime.messages).toBe(2);
    expect(await stats.purge(guild.id, { memberIds: [guild.user(0).id] })).toEqual({ rows: 2 });
    expect((await stats.query.server(guild.id)).totals.lifetime.messages).toBe(1);
    const refused = { code: "ARGUMENT_INVALID" };
    await expect(stats.purge("guild", "all")).rejects.toMatchObject(refused);
    await expect(stats.memberIds("guild")).rejects.toMatchObject(refused);
    await expect(stats.mergeChannels(guild.id, random.id, "general")).rejects.toMatchObject(refused);
    await expect(stats.mergeChannels(guild.id, random.id, random.id)).rejects.toMatchObject(refused);
  });
});
