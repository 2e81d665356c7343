import { once } from "node:events";
import { expect, test } from "vitest";
import type { RecoveryProgress } from "../../src/counting/recovery.ts";
import type { GuildStats } from "../../src/guild-stats.ts";
import { LoopbackDiscord } from "../loopback/loopback-discord.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { startBot } from "../support/running-bot.ts";
import type { PostgresPlaces } from "./postgres-places.ts";

const MINUTE = 60_000;

async function recovered(stats: GuildStats): Promise<void> {
  for (let isDone = false; !isDone; ) {
    const [progress]: RecoveryProgress[] = await once(stats, "recovery");
    isDone = progress?.isDone ?? false;
  }
}

/** The whole plugin over a store in PostgreSQL: what it counts outlives it, is answered, exported and erased. */
export function postgresBot(places: PostgresPlaces): void {
  test("a bot counts, stops and starts again over it, reads back what it missed, and answers, exports and erases", async () => {
    await using place = await places.place();
    await using discord = await LoopbackDiscord.start();
    const guild = discord.guild({ members: 4 });
    const clock = new ManualClock();
    const start = () => startBot(discord, guild, "no file", { store: place.store(), clock });
    const [general, lobby] = [guild.channel("general"), guild.channel("Lobby")];
    const [ann, ben] = [guild.user(0), guild.user(1)];
    {
      await using bot = await start();
      for (const user of [ann, ann, ben]) discord.message(guild, general, user);
      discord.voice(guild, ann, lobby);
      discord.voice(guild, ben, lobby);
      await discord.taken();
      clock.advance(10 * MINUTE);
      await bot.stats.flush();
      expect(bot.failures).toEqual([]);
    }
    discord.history(guild, general, 30, () => ({ author: ben }));
    clock.advance(5 * MINUTE);
    await using bot = await start();
    await recovered(bot.stats);
    await bot.stats.flush();
    // Voice went on while it was away.
    const ofAnn = await bot.stats.query.member(guild.id, ann.id);
    expect(ofAnn.totals.lifetime).toMatchObject({ messages: 2, voice: 15 * MINUTE });
    const server = await bot.stats.query.server(guild.id);
    expect(server.totals.lifetime.messages).toBe(33);
    const card = await bot.call("server").settled();
    expect(card.files.length).toBe(1);
    const mine = await bot.call("mydata").settled();
    expect(mine.files.length).toBeGreaterThan(0);
    const question = await bot.call("eraseme").settled();
    await question.press("Erase everywhere").settled();
    expect((await bot.stats.query.server(guild.id)).totals.lifetime.messages).toBe(31);
    expect(bot.stats.metrics().store).toMatchObject({ schemaVersion: 1 });
    expect(bot.failures).toEqual([]);
    discord.assertClean();
  });

  test("what one process asked and showed is pressed in another: buttons work there, and no question is answered blindly", async () => {
    await using place = await places.place();
    await using discord = await LoopbackDiscord.start();
    const guild = discord.guild({ members: 4 });
    const start = () => startBot(discord, guild, "no file", { store: place.store() });
    const first = await start();
    discord.message(guild, guild.channel("general"), guild.user(0));
    await discord.taken();
    const card = await first.call("server").settled();
    const question = await first.call("eraseme").settled();
    await first[Symbol.asyncDispose]();
    await using second = await start();
    const graph = await card.press("Graph").settled();
    expect(graph.files[0]?.description).toContain("All time: 1");
    const late = await question.press("Erase everywhere").settled();
    expect(late.content).toMatch(/again/);
    expect((await second.stats.query.server(guild.id)).totals.lifetime.messages).toBe(1);
    expect(second.failures).toEqual([]);
    discord.assertClean();
  });

  test("of two processes that have the same server, as when one takes the other's place, one answers each command and press", async () => {
    await using place = await places.place();
    await using discord = await LoopbackDiscord.start();
    const guild = discord.guild({ members: 4 });
    const start = () => startBot(discord, guild, "no file", { store: place.store() });
    await using first = await start();
    await using second = await start();
    const card = await first.call("server").settled();
    expect(card.files).toHaveLength(1);
    expect((await card.press("Graph").settled()).files).toHaveLength(1);
    const question = await first.call("eraseme").settled();
    const answer = await question.press("Erase everywhere").settled();
    // By the one that asked, or by the other one, which did not ask and does nothing.
    expect(answer.content).toMatch(/^(Done\.|This question is too old, so nothing was changed)/);
    await discord.taken();
    for (const { code } of [...first.failures, ...second.failures]) expect(code).toBe("ANSWER_LOST");
    discord.assertClean();
  });
}
