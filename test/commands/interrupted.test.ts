import { describe, expect, test } from "vitest";
import type { LoopbackInteraction } from "../loopback/interaction.ts";
import { type AdminBot, adminBot, demote } from "../support/admin-bot.ts";

/** Something that the bot answers, made ready; giving it back sets it off. */
interface Answering {
  readonly name: string;
  /** Whether who uses it has to manage the server. */
  readonly isForAdmins: boolean;
  ready(bot: AdminBot): Promise<() => LoopbackInteraction>;
}

const owns = (bot: AdminBot, subcommand: string) =>
  bot.discord
    .call({
      guild: bot.guild,
      user: bot.admin,
      command: "guildstats-owner",
      subcommand,
      options: { user: bot.guild.user(1) },
    })
    .settled();

const ANSWERING: readonly Answering[] = [
  {
    name: "a card",
    isForAdmins: false,
    ready: async (bot) => () => bot.call("server"),
  },
  {
    name: "a press below a card",
    isForAdmins: false,
    ready: async (bot) => {
      const card = await bot.call("server").settled();
      return () => card.press("Graph");
    },
  },
  {
    name: "the answer to a purge's question",
    isForAdmins: true,
    ready: async (bot) => {
      const question = await bot.ask("purge messages");
      return () => question.press("Delete");
    },
  },
  {
    name: "the answer to an import's question",
    isForAdmins: true,
    ready: async (bot) => {
      const question = await bot.ask("backfill");
      return () => question.press("Import");
    },
  },
  {
    name: "the answer to an owner's question",
    isForAdmins: false,
    ready: async (bot) => {
      bot.discord.ownerId = bot.admin.id;
      const question = await owns(bot, "forget");
      return () => question.press("Erase");
    },
  },
  {
    name: "the answer to a member's question",
    isForAdmins: false,
    ready: async (bot) => {
      const question = await bot.call("eraseme").settled();
      return () => question.press("Erase everywhere");
    },
  },
  {
    name: "an export",
    isForAdmins: true,
    ready: async (bot) => () =>
      bot.discord.call({
        guild: bot.guild,
        user: bot.admin,
        command: "guildstats-admin",
        subcommand: "export",
      }),
  },
  {
    name: "a member's own data",
    isForAdmins: false,
    ready: async (bot) => () => bot.call("mydata"),
  },
];

/** The first failure that is told the host from now on. */
const failureOf = ({ stats }: AdminBot): Promise<string> =>
  new Promise((resolve) => stats.once("failure", ({ code, message }) => resolve(`${code}: ${message}`)));

const WEBHOOK_REQUESTS = /^\/(interactions|webhooks)\//;

describe.each(ANSWERING)("$name", ({ isForAdmins, ready }) => {
  test.each([
    [/^PATCH .*webhooks/, 404, 10008, /its message was deleted/],
    [/^PATCH .*webhooks/, 404, 10015, /does not know of it/],
    [/^PATCH .*webhooks/, 401, 50027, /15 minutes/],
    [/^PATCH .*webhooks/, 404, 10003, /channel was deleted/],
    [/callback$/, 404, 10062, /later than Discord waits/],
    [/callback$/, 404, 10015, /does not know of it/],
    [/callback$/, 401, 50027, /15 minutes/],
  ])(
    "to which Discord says %s %i %i is given up: told the host once, and asked of Discord once",
    async (match, status, code, words) => {
      await using bot = await adminBot();
      const setOff = await ready(bot);
      const failed = failureOf(bot);
      bot.discord.fault({ match, status, code, times: 10 });
      const before = bot.discord.requests.length;
      setOff();
      // What runs for hours says nothing of a message that somebody dismissed.
      const isSilent = code === 10008 && setOff.toString().includes("Import");
      if (!isSilent) expect(await failed).toMatch(words);
      bot.discord.clearFaults();
      // It goes on.
      expect((await bot.call("server", { text: true }, bot.guild.user(2)).settled()).text).not.toBe("");
      const asked = bot.discord.requests
        .slice(before)
        .map(({ method, path }) => `${method} ${path}`)
        .filter((name) => WEBHOOK_REQUESTS.test(name.split(" ")[1] ?? "") && match.test(name));
      // The last answer's own request is one of them.
      expect(asked).toHaveLength(2);
      expect(bot.failures.length).toBe(isSilent ? 0 : 1);
      for (const { code: told } of bot.failures) expect(told).toMatch(/ANSWER_LOST/);
    },
  );

  test("in a server that had an outage since is refused in words, and nothing is done", async () => {
    await using bot = await adminBot();
    const { discord, guild, stats } = bot;
    discord.message(guild, guild.channel("general"), bot.admin);
    await discord.taken();
    const setOff = await ready(bot);
    discord.removeGuild(guild, { unavailable: true });
    await discord.taken();
    const told = await setOff().settled();
    expect([told.ephemeral, told.content]).toEqual([true, expect.stringMatching(/trouble with this server/)]);
    discord.returnGuild(guild);
    await discord.taken();
    // The question is as it was.
    const again = setOff();
    await again.settled();
    expect((again.followUps[0] ?? again.message).content).not.toMatch(/trouble|answered already/);
    expect(stats.settings(guild.id)).toBeDefined();
    expect(bot.failures).toEqual([]);
    discord.assertClean();
  });

  test("in a server whose outage begins while it is answered is answered all the same, with no error", async () => {
    await using bot = await adminBot();
    const { discord, guild } = bot;
    const setOff = await ready(bot);
    discord.fault({ match: /callback$/, delayMs: 100 });
    const call = setOff();
    await discord.taken();
    discord.removeGuild(guild, { unavailable: true });
    const answer = await call.settled();
    if (answer.state === "deleted") await answer.followedUp();
    discord.returnGuild(guild);
    await discord.taken();
    expect(bot.failures).toEqual([]);
    discord.assertClean();
  });

  test.runIf(isForAdmins)("is refused to who lost the permission since, and nothing is done", async () => {
    await using bot = await adminBot();
    const { discord, guild, stats } = bot;
    const setOff = await ready(bot);
    const before = discord.requests.length;
    demote(guild, bot.admin);
    const told = await setOff().settled();
    expect([told.ephemeral, told.files, told.content]).toEqual([
      true,
      [],
      expect.stringMatching(/Manage Server/),
    ]);
    expect((await stats.query.server(guild.id)).totals.lifetime.messages).toBe(3);
    const readings = discord.requests.slice(before).filter(({ path }) => path.endsWith("/messages"));
    expect(readings).toEqual([]);
    expect(bot.failures).toEqual([]);
  });
});

describe("what is made over some time", () => {
  test("an export is not given to who lost the permission while it was made", async () => {
    await using bot = await adminBot();
    const { discord, guild } = bot;
    discord.fault({ match: /callback$/, delayMs: 100 });
    const call = bot.discord.call({
      guild,
      user: bot.admin,
      command: "guildstats-admin",
      subcommand: "export",
    });
    await discord.taken();
    const [moderators] = guild.roles.filter(({ name }) => name === "moderators");
    if (!moderators) throw new Error("there is no such role");
    discord.deleteRole(guild, moderators);
    await call.settled();
    expect([call.files, call.content]).toEqual([[], expect.stringMatching(/Manage Server/)]);
    discord.assertClean();
  });

  test("nor to who lost a role while it was made, though nobody tells the client of it", async () => {
    await using bot = await adminBot();
    bot.discord.fault({ match: /callback$/, delayMs: 100 });
    const call = bot.discord.call({
      guild: bot.guild,
      user: bot.admin,
      command: "guildstats-admin",
      subcommand: "export",
    });
    await bot.discord.taken();
    demote(bot.guild, bot.admin);
    await call.settled();
    expect([call.files, call.content]).toEqual([[], expect.stringMatching(/Manage Server/)]);
    bot.discord.assertClean();
  });

  test("but to who has it, also where the client keeps no members", async () => {
    await using bot = await adminBot();
    const call = bot.discord.call({
      guild: bot.guild,
      user: bot.admin,
      command: "guildstats-admin",
      subcommand: "export",
    });
    await call.acked();
    bot.client.guilds.cache.get(bot.guild.id)?.members.cache.delete(bot.admin.id);
    expect((await call.settled()).files).not.toEqual([]);
    bot.discord.assertClean();
  });

  test("a card shows nothing once an outage began: who may see what is not known any more", async () => {
    await using bot = await adminBot();
    const { discord, guild } = bot;
    discord.fault({ match: /callback$/, delayMs: 100 });
    const call = bot.call("server");
    await discord.taken();
    discord.removeGuild(guild, { unavailable: true });
    const told = await call.followedUp();
    expect(told.content).toMatch(/trouble with this server/);
    expect(call.state).toBe("deleted");
    discord.assertClean();
  });
});
