import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LoopbackInteraction } from "../loopback/interaction.ts";
import type { Channel, User } from "../loopback/payloads.ts";
import { VIEW_CHANNEL } from "../loopback/permissions.ts";
import { snowflake } from "../loopback/snowflake.ts";
import type { GuildOptions, World } from "../loopback/world.ts";
import { aDiscord } from "../support/returning-bot.ts";
import { type RunningBot, runBot } from "../support/running-bot.ts";

const [VOICE, CATEGORY, PUBLIC_THREAD, PRIVATE_THREAD, FORUM] = [2, 4, 11, 12, 15];
const MANAGE_GUILD = String(1 << 5);
const EPHEMERAL = 64;

/** One channel of each kind; their names are in no word that cards have. */
function everyKind(): GuildOptions {
  const [category, text, forum] = [snowflake(), snowflake(), snowflake()];
  return {
    channels: [
      { name: "qcategory", type: CATEGORY, id: category },
      { name: "qtext", id: text, parent_id: category },
      { name: "qvoice", type: VOICE, parent_id: category },
      { name: "qforum", type: FORUM, id: forum },
      { name: "general" },
      { name: "qpost", type: PUBLIC_THREAD, parent_id: forum },
      { name: "qthread", type: PUBLIC_THREAD, parent_id: text },
      { name: "qprivate", type: PRIVATE_THREAD, parent_id: text },
    ],
    roles: [{ name: "one" }, { name: "two" }],
  };
}

const sees = (guild: World, user: User, channel: Channel): boolean =>
  channel.type !== PRIVATE_THREAD && (guild.permissions(user.id, channel) & VIEW_CHANNEL) !== 0n;

/** Channels that someone who sees the answer does not see. */
function hiddenFrom(answer: LoopbackInteraction, guild: World): readonly string[] {
  const here = guild.channels.find(({ id }) => id === answer.channelId);
  if (!here) throw new Error("no such channel");
  const message = answer.followUps[0] ?? answer.original;
  const isPrivate = message !== null && (message.flags & EPHEMERAL) !== 0;
  const readers = isPrivate ? [answer.user] : guild.users.filter((user) => sees(guild, user, here));
  const hidden = guild.channels.filter((channel) => readers.some((user) => !sees(guild, user, channel)));
  return hidden.flatMap(({ id, name }) => (id === here.id ? [] : [name]));
}

/** All that the answer shows, says to screen readers, or carries. */
function shownIn(answer: LoopbackInteraction): string {
  return JSON.stringify([answer.original, answer.followUps, answer.suggestions]);
}

const word = fc.constantFrom("allow", "deny", null, null);
const overwrites = fc.array(
  fc.record({ everyone: word, one: word, two: word, member: word, who: fc.nat(3) }),
  { minLength: 5, maxLength: 5 },
);
const setting = fc.record({
  overwrites,
  // Which of the two roles each of the four members has.
  roles: fc.array(fc.subarray(["one", "two"]), { minLength: 4, maxLength: 4 }),
});

async function settle(
  { discord, guild }: RunningBot,
  { overwrites: words, roles }: { overwrites: readonly Words[]; roles: readonly (readonly string[])[] },
): Promise<void> {
  const idOf = (name: string): string => guild.roles.find((role) => role.name === name)?.id ?? "";
  const channels = guild.channels.filter(({ type }) => type !== PUBLIC_THREAD && type !== PRIVATE_THREAD);
  for (const [at, channel] of channels.entries()) {
    const said = words[at];
    if (!said) continue;
    const overwrite = (id: string, type: 0 | 1, what: "allow" | "deny" | null) =>
      what === null ? [] : [{ id, type, allow: "0", deny: "0", [what]: String(VIEW_CHANNEL) }];
    discord.updateChannel(guild, channel, {
      permission_overwrites: [
        ...overwrite(guild.id, 0, said.everyone),
        ...overwrite(idOf("one"), 0, said.one),
        ...overwrite(idOf("two"), 0, said.two),
        ...overwrite(guild.user(said.who).id, 1, said.member),
      ],
    });
  }
  for (const [at, user] of guild.users.entries())
    discord.changeMember(guild, user, { roles: (roles[at] ?? []).map(idOf) });
  await discord.taken();
}

type Words = { [key in "everyone" | "one" | "two" | "member"]: "allow" | "deny" | null } & { who: number };

/** The answer, whichever way it comes. */
async function answered(interaction: LoopbackInteraction): Promise<LoopbackInteraction> {
  await interaction.settled();
  if (interaction.state === "deleted") await interaction.followedUp();
  return interaction;
}

describe("a channel that is hidden", () => {
  test("from anyone who sees an answer is named nowhere in it, whatever the view, before and after permissions change", async () => {
    await using bot = await runBot(everyKind());
    const { discord, guild } = bot;
    for (const channel of guild.channels)
      for (const at of [0, 1, 1, 2]) discord.message(guild, channel, guild.user(at));
    await discord.taken();
    const [first = "", ...others] = guild.channels.map(({ name }) => name);
    let named = 0;
    const check = (answer: LoopbackInteraction): void => {
      const shown = shownIn(answer);
      for (const name of hiddenFrom(answer, guild)) expect(shown).not.toContain(name);
      if (guild.channels.some(({ name }) => shown.includes(name))) named++;
    };
    const view = fc.constantFrom(
      ...["server", "messages", "voice", "member", "role", "channel", "category", "compare channels"],
      "top",
    );
    await fc.assert(
      fc.asyncProperty(
        setting,
        setting,
        fc.array(
          fc.record({
            view,
            who: fc.nat(3),
            here: fc.nat(7),
            of: fc.nat(7),
            isPrivate: fc.boolean(),
            text: fc.nat(9),
          }),
          { minLength: 6, maxLength: 6 },
        ),
        async (before, after, calls) => {
          await settle(bot, before);
          const answers: LoopbackInteraction[] = [];
          for (const { view, who, here, of, isPrivate, text } of calls) {
            const user = guild.user(who);
            const at = guild.channel([first, ...others][here] ?? first);
            if (at.type === CATEGORY || at.type === FORUM || !sees(guild, user, at)) continue;
            const channel = guild.channel([first, ...others][of] ?? first);
            const options: Record<string, string | boolean | Channel | User | (typeof guild.roles)[number]> =
              {
                private: isPrivate,
                // Few pictures: what is in them is in the words as well, and both have the same card.
                text: text > 0,
              };
            if (view === "channel") options["channel"] = channel;
            if (view === "category") options["category"] = guild.channel("qcategory");
            if (view === "compare channels") options["first"] = channel;
            if (view === "role") options["role"] = guild.roles[1] ?? "";
            if (view === "member") options["member"] = guild.user(1);
            if (view === "top") Object.assign(options, { metric: "messages", of: "channels" });
            const call = { guild, user, channel: at, command: "guildstats", subcommand: view, options };
            const answer = await answered(discord.call(call));
            check(answer);
            if (answer.original && answer.buttons.length > 0) answers.push(answer);
          }
          await settle(bot, after);
          for (const answer of answers) {
            const at = guild.channels.find(({ id }) => id === answer.channelId);
            if (!at || !sees(guild, answer.user, at)) continue;
            const press = await answered(answer.press("Reload"));
            // What a message showed before is not taken back; what the press shows is asked about.
            if (press.followUps.length > 0) press.original = null;
            check(press);
          }
        },
      ),
      { numRuns: 40 },
    );
    expect(named).toBeGreaterThan(30);
    expect(bot.failures).toEqual([]);
    discord.assertClean();
  });
});

/** A guild with a channel for staff, whom member 0 is one of. */
function withStaff(): GuildOptions {
  const [id, staff, category] = [snowflake(), snowflake(), snowflake()];
  const view = String(VIEW_CHANNEL);
  return {
    id,
    roles: [{ name: "staff", id: staff, permissions: MANAGE_GUILD }],
    channels: [
      { name: "Talk", type: CATEGORY, id: category },
      { name: "general", parent_id: category },
      {
        name: "qsecret",
        parent_id: category,
        permission_overwrites: [
          { id, type: 0, allow: "0", deny: view },
          { id: staff, type: 0, allow: view, deny: "0" },
        ],
      },
    ],
  };
}

async function staffBot(): Promise<RunningBot> {
  const bot = await runBot(withStaff());
  const { discord, guild } = bot;
  const roles = guild.roles.filter(({ name }) => name === "staff").map(({ id }) => id);
  discord.changeMember(guild, guild.user(0), { roles });
  for (const name of ["general", "qsecret", "qsecret"])
    discord.message(guild, guild.channel(name), guild.user(1));
  await discord.taken();
  return bot;
}

describe("a card about a channel that not everyone here sees", () => {
  test("is private, though nobody asked for that, and public where all see the channel", async () => {
    await using bot = await staffBot();
    const { discord, guild } = bot;
    const channel = guild.channel("qsecret");
    const card = await bot.call("channel", { channel }).settled();
    expect([card.ephemeral, card.files[0]?.description]).toEqual([true, expect.stringContaining("qsecret")]);
    expect((await bot.call("compare channels", { first: channel }).settled()).ephemeral).toBe(true);
    const [command, subcommand] = ["guildstats", "channel"];
    const call = { guild, user: guild.user(0), command, subcommand, channel };
    const there = await discord.call(call).settled();
    expect([there.ephemeral, there.files[0]?.description]).toEqual([
      false,
      expect.stringContaining("qsecret"),
    ]);
    // Who is there sees the others, too.
    const server = await discord.call({ ...call, subcommand: "server" }).settled();
    expect(server.files[0]?.description).toContain("general");
    discord.assertClean();
  });

  test("does not stay in a public message once it is hidden from some: who asked gets a private one", async () => {
    await using bot = await staffBot();
    const { discord, guild } = bot;
    const secret = guild.channel("qsecret");
    discord.updateChannel(guild, secret, { permission_overwrites: [] });
    await discord.taken();
    const card = await bot.call("channel", { channel: guild.channel("qsecret") }).settled();
    expect(card.ephemeral).toBe(false);
    discord.updateChannel(guild, secret, { permission_overwrites: secret.permission_overwrites });
    await discord.taken();
    const press = await card.press("Reload").settled();
    expect([press.ephemeral, press.message.id === card.message.id, press.files.length]).toEqual([
      true,
      false,
      1,
    ]);
    // Views of the server stay where they are.
    expect((await card.choose("Server").settled()).message.id).toBe(card.message.id);
    discord.assertClean();
  });

  test("is not shown when it is hidden from some while it is drawn", async () => {
    await using bot = await staffBot();
    const { discord, guild } = bot;
    const secret = guild.channel("qsecret");
    discord.updateChannel(guild, secret, { permission_overwrites: [] });
    await discord.taken();
    discord.fault({ match: /callback$/, delayMs: 300 });
    const call = bot.call("channel", { channel: guild.channel("qsecret") });
    discord.updateChannel(guild, secret, { permission_overwrites: secret.permission_overwrites });
    const told = await call.followedUp();
    expect([told.flags & EPHEMERAL, told.content]).toEqual([
      EPHEMERAL,
      expect.stringMatching(/Not everyone/),
    ]);
    expect(call.state).toBe("deleted");
    discord.assertClean();
  });

  test("which is a category's: its figures are those of the channels that all see", async () => {
    await using bot = await staffBot();
    const category = bot.guild.channel("Talk");
    const inPublic = await bot.call("category", { category, text: true }).settled();
    expect(inPublic.text).toMatch(/30 days:\W+1\b/);
    const alone = await bot.call("category", { category, text: true, private: true }).settled();
    expect(alone.text).toMatch(/30 days:\W+3\b/);
    const other = await bot
      .call("category", { category, text: true, private: true }, bot.guild.user(1))
      .settled();
    expect(other.text).toMatch(/30 days:\W+1\b/);
    // A server's are of everything.
    expect((await bot.call("server", { text: true }).settled()).text).toMatch(/30 days:\W+3\b/);
  });

  test("which is gone: those who manage the server see its name, alone", async () => {
    await using bot = await staffBot();
    const { discord, guild } = bot;
    await bot.stats.flush();
    discord.deleteChannel(guild, guild.channel("qsecret"));
    await discord.taken();
    const top = { metric: "messages", of: "channels", text: true };
    expect((await bot.call("top", top).settled()).text).not.toContain("qsecret");
    const alone = { ...top, private: true };
    expect((await bot.call("top", alone, guild.user(1)).settled()).text).not.toContain("qsecret");
    expect((await bot.call("top", alone).settled()).text).toContain("qsecret");
  });
});

describe("an archived thread that the client forgot in a restart", () => {
  test("is asked for after the press is acknowledged, and shown", async () => {
    await using at = await aDiscord();
    const { discord, guild } = at;
    const thread = discord.createChannel(guild, {
      name: "qthread",
      type: PUBLIC_THREAD,
      parent_id: guild.channel("general").id,
    });
    const bot = await at.start({ registerCommands: true });
    discord.message(guild, thread, guild.user(1));
    await discord.taken();
    const card = await bot.call("channel", { channel: thread }).settled();
    await bot[Symbol.asyncDispose]();
    discord.updateChannel(guild, thread, { thread_metadata: { archived: true } });
    await using again = await at.start();
    const press = await card.press("Reload").settled();
    const paths = discord.requests.map(({ path }) => path);
    expect(paths.findLastIndex((path) => path.endsWith("/callback"))).toBeLessThan(
      paths.indexOf(`/channels/${thread.id}`),
    );
    expect([press.message.id, press.files[0]?.description]).toEqual([
      card.message.id,
      expect.stringContaining("qthread"),
    ]);
    expect(again.failures).toEqual([]);
    discord.assertClean();
  });
});
