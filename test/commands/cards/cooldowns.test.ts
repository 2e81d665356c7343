import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Cooldowns } from "../../../src/commands/cards/cooldowns.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { type RunningBot, runBot } from "../../support/running-bot.ts";

const MANAGE_GUILD = String(1 << 5);
const [GUILD, USER] = ["1", "2"];

describe("a bucket", () => {
  test("never gives more than a minute's cards and what came since, and says exactly when there is one again", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 600 }),
        fc.array(fc.nat(20_000), { maxLength: 60 }),
        (userPerMinute, pauses) => {
          const clock = new ManualClock();
          const cooldowns = new Cooldowns(clock, { userPerMinute, guildPerMinute: 0 });
          const startMs = clock.elapsedMs();
          let taken = 0;
          for (const pauseMs of pauses) {
            clock.pass(pauseMs);
            const wait = cooldowns.take(GUILD, USER);
            if (wait === null) taken++;
            else {
              clock.pass(wait.waitMs - 1);
              expect(cooldowns.take(GUILD, USER)).toEqual({ of: "user", waitMs: 1 });
              clock.pass(1);
              expect(cooldowns.take(GUILD, USER)).toBeNull();
              taken++;
            }
            const come = ((clock.elapsedMs() - startMs) * userPerMinute) / 60_000;
            expect(taken).toBeLessThanOrEqual(userPerMinute + come + 1e-6);
          }
        },
      ),
    );
  });

  test("is each user's own, whatever the server, and each server's own", () => {
    const cooldowns = new Cooldowns(new ManualClock(), { userPerMinute: 2, guildPerMinute: 3 });
    const take = (guild: string, user: string) => cooldowns.take(guild, user)?.of ?? null;
    expect([take("1", "a"), take("1", "a"), take("2", "a"), take("1", "b")]).toEqual([
      null,
      null,
      "user",
      null,
    ]);
    // Who is refused for the server's sake loses no card of their own.
    expect([take("1", "b"), take("2", "b"), take("2", "b")]).toEqual(["guild", null, "user"]);
  });

  test("of 0 cards is no limit", () => {
    const cooldowns = new Cooldowns(new ManualClock(), { userPerMinute: 0, guildPerMinute: 0 });
    for (let count = 0; count < 10_000; count++) expect(cooldowns.take(GUILD, USER)).toBeNull();
  });
});

describe("who asks for too many cards", () => {
  const limited = (userPerMinute: number, guildPerMinute: number) => {
    const clock = new ManualClock();
    const bot = runBot(
      { roles: [{ name: "managers", permissions: MANAGE_GUILD }] },
      { clock, cooldowns: { userPerMinute, guildPerMinute } },
    );
    return { clock, bot };
  };
  const told = async (bot: RunningBot, user: number): Promise<string | null> => {
    const call = await bot.call("server", { text: true }, bot.guild.user(user)).settled();
    return call.text === "" ? `${call.ephemeral} ${call.content}` : null;
  };

  test("is told privately when there is one again, in Discord's own countdown, and gets it then", async () => {
    const { clock, bot: starting } = limited(2, 0);
    await using bot = await starting;
    const call = await bot.call("server", { text: true }).settled();
    const press = await call.press("Reload").settled();
    expect(press.text).not.toBe("");
    const untilSec = Math.ceil((clock.nowMs() + 30_000) / 1_000);
    const refused = await press.press("Reload").settled();
    expect([refused.ephemeral, refused.content]).toEqual([
      true,
      `You have asked for many cards at once. The next one: <t:${untilSec}:R>.`,
    ]);
    expect([await told(bot, 0), await told(bot, 1)]).toEqual([expect.stringMatching(/^true You/), null]);
    clock.pass(30_000);
    expect(await told(bot, 0)).toBeNull();
    // The card stays as it is, can be closed, and privacy waits for nobody.
    expect((await bot.call("ignoreme").settled()).buttons).toHaveLength(2);
    const close = press.press("Close");
    await close.settled();
    expect(close.state).toBe("deleted");
    expect(bot.failures).toEqual([]);
    bot.discord.assertClean();
  });

  test("in a server makes its others wait, but not those who manage it, nor the bot's owners", async () => {
    const { bot: starting } = limited(0, 1);
    await using bot = await starting;
    const { discord, guild } = bot;
    const roles = guild.roles.filter(({ name }) => name === "managers").map(({ id }) => id);
    discord.changeMember(guild, guild.user(2), { roles });
    const owner = discord.join(guild, { id: discord.ownerId ?? "" });
    await discord.taken();
    expect([await told(bot, 0), await told(bot, 1)]).toEqual([
      null,
      expect.stringMatching(/^true This server/),
    ]);
    expect([await told(bot, 2), await told(bot, 2), await told(bot, guild.users.indexOf(owner))]).toEqual([
      null,
      null,
      null,
    ]);
  });
});
