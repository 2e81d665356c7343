import { setTimeout as wait } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LoopbackInteraction } from "../loopback/interaction.ts";
import type { Channel, Message, Role, User } from "../loopback/payloads.ts";
import { snowflake } from "../loopback/snowflake.ts";
import type { World } from "../loopback/world.ts";
import { livelyBot } from "../support/lively-bot.ts";
import type { RunningBot } from "../support/running-bot.ts";
import { fitting, forged, type Strange, type StrangeOption, strange } from "./strange-interactions.ts";

const RUNS = Number(process.env["GUILDSTATS_FUZZ"] ?? 10_000);
const SEED = Number(process.env["GUILDSTATS_FUZZ_SEED"] ?? 20_261_125);
/** So many at once: more than a bot gets, and few enough that a slow machine answers each in time. */
const AT_ONCE = 25;
const FIRST_ANSWER_MS = 3_000;
const OURS = ["guildstats", "guildstats-admin", "guildstats-owner"];
const MANAGE_GUILD = String(1 << 5);

/** What comes with an option, and its value. */
function optionOf(
  { name, type, text, pick, isResolved }: StrangeOption,
  guild: World,
  resolved: Resolved,
): object {
  const along = (key: keyof Resolved, thing: User | Channel | Role | undefined): object => {
    const id = thing?.id ?? snowflake();
    if (thing && isResolved) resolved[key][id] = thing;
    return { name, type, value: id };
  };
  const at = <T>(list: readonly T[]): T | undefined => list[pick % (list.length + 1)];
  switch (type) {
    case 4:
      return { name, type, value: pick };
    case 5:
      return { name, type, value: pick % 2 === 0 };
    case 6:
      return along("users", at(guild.users));
    case 7:
      return along("channels", at(guild.channels));
    case 8:
      return along("roles", at(guild.roles));
    case 10:
      return { name, type, value: pick / 7 };
    default:
      return { name, type, value: text };
  }
}

type Resolved = Record<"users" | "channels" | "roles", Record<string, object>>;

/** Whether GuildStats owes it an answer: other bots' commands and buttons are left alone. */
function isOurs({ type, command, componentType }: Strange, customId: string): boolean {
  if (type === 3) return (componentType === 2 || componentType === 3) && /^gs[0-9]+:/.test(customId);
  return OURS.includes(command);
}

/** A component's id, and the message that it is below. */
interface Pressable {
  readonly id: string;
  readonly message: Message | null;
}

function send(bot: RunningBot, each: Strange, pressable: readonly Pressable[]) {
  const { discord, guild } = bot;
  const { type, who, where, locale, without, command, path, options, focused } = each;
  const channels = guild.channels.filter((channel) => channel.type === 0);
  const channel = channels[where % channels.length] ?? guild.channel("general");
  const user = guild.users[who] ?? guild.user(0);
  const common = { guild, user, channel, type, locale, without };
  const { id, message } = pressable[each.id.from % pressable.length] ?? { id: "", message: null };
  const customId = forged(each.id, id);
  if (type === 3) {
    const values = each.componentType === 2 ? {} : { values: each.values };
    const data = { component_type: each.componentType, custom_id: customId, id: 1, ...values };
    return { sent: discord.strange({ ...common, data, message }), customId };
  }
  const resolved: Resolved = { users: {}, channels: {}, roles: {} };
  // Half of all options are what Discord would let through.
  const given = options.map((option, at) =>
    optionOf(at % 2 === 0 ? fitting(option) : option, guild, resolved),
  );
  if (type === 4 && given.length > 0) Object.assign(given[focused % given.length] ?? {}, { focused: true });
  const tree = path.reduceRight<readonly object[]>(
    (inner, name, depth) => [{ type: depth < path.length - 1 ? 2 : 1, name, options: inner }],
    given,
  );
  const data = { id: snowflake(), name: command, type: 1, options: tree, resolved };
  return { sent: discord.strange({ ...common, data }), customId };
}

describe("whatever interactions come", () => {
  test(`${RUNS} random ones (seed ${SEED}): each of ours is acknowledged in time, Discord takes every request, and nobody does what they may not`, {
    timeout: 60_000 + RUNS * 10,
  }, async () => {
    await using bot = await livelyBot(
      {
        members: 32,
        roles: [
          { name: "painters", color: 0x3366cc },
          { name: "managers", permissions: MANAGE_GUILD },
        ],
      },
      { cooldowns: { userPerMinute: 60, guildPerMinute: 240 } },
    );
    const { discord, guild, client, stats } = bot;
    // The client would spread the answers over minutes, as Discord wants it.
    client.rest.options.globalRequestsPerSecond = 1_000_000;
    client.rest.globalRemaining = 1_000_000;
    const errors: unknown[] = [];
    client.on("error", (error) => errors.push(error));
    const [manager, victim] = [guild.user(30), guild.user(31)];
    const owner = discord.join(guild, { id: discord.ownerId ?? "" });
    discord.changeMember(guild, manager, {
      roles: guild.roles.filter(({ name }) => name === "managers").map(({ id }) => id),
    });
    for (let count = 0; count < 5; count++) discord.message(guild, guild.channel("general"), victim);
    const other = discord.guild({ members: 1 });
    await discord.taken();
    const call = (command: string, subcommand: string, user: User, options = {}, world = guild) =>
      discord.call({ guild: world, user, command, subcommand, options }).settled();
    // Ids that are signed, for everyone to press: of cards, of an import, of an erasure, and of another server.
    const harvest = [
      await bot.call("server", { text: true }).settled(),
      await bot.call("top", { metric: "messages", of: "members", text: true }).settled(),
      await bot.call("member", { member: guild.user(1), text: true }).settled(),
      await bot.call("compare channels", { first: guild.channel("Lobby"), text: true }).settled(),
      await call("guildstats-admin", "backfill", manager),
      await call("guildstats-owner", "forget", owner, { user: victim }),
      await call("guildstats", "ignoreme", guild.user(0)),
      await call("guildstats", "server", other.user(0), { text: true }, other),
    ];
    const pressable = harvest.flatMap(({ buttons, selects, message }) =>
      [...buttons, ...selects].map(({ customId: id }) => ({ id, message })),
    );
    const settings = stats.settings(guild.id);
    const forgotten: string[] = [];
    stats.on("forgotten", (userId) => forgotten.push(userId));
    const sent: {
      readonly ours: boolean;
      readonly what: Strange;
      readonly interaction: LoopbackInteraction;
    }[] = [];
    const samples = fc.sample(strange, { numRuns: RUNS, seed: SEED });
    for (let at = 0; at < samples.length; at += AT_ONCE) {
      const batch = samples.slice(at, at + AT_ONCE).map((what) => {
        const { sent: interaction, customId } = send(bot, what, pressable);
        return { what, interaction, ours: isOurs(what, customId) };
      });
      sent.push(...batch);
      await Promise.race([
        Promise.all(batch.flatMap(({ ours, interaction }) => (ours ? interaction.acked() : []))),
        // Discord would not wait so long; the next ones would wait behind what never comes.
        wait(3 * FIRST_ANSWER_MS, null, { ref: false }),
      ]);
      const silent = batch.filter(({ ours, interaction }) => ours && interaction.state === "pending");
      expect(silent.map(({ what }) => JSON.stringify(what).slice(0, 900))).toEqual([]);
    }
    const ours = sent.filter((each) => each.ours);
    expect(ours.length).toBeGreaterThan(RUNS * 0.6);
    const late = ours.filter(({ interaction }) => (interaction.ackMs ?? 0) > FIRST_ANSWER_MS);
    expect(late).toEqual([]);
    const answered = sent.filter((each) => !each.ours && each.interaction.state !== "pending");
    expect(answered.map(({ what }) => what)).toEqual([]);
    // Some got through to a card: else it would be too strange to find anything.
    expect(ours.filter(({ interaction }) => interaction.original?.components.length).length).toBeGreaterThan(
      50,
    );
    expect(stats.settings(guild.id)).toEqual(settings);
    expect(stats.privacy.isOptedOut(victim.id)).toBe(false);
    const { totals } = await stats.query.member(guild.id, victim.id);
    expect(totals.lifetime.messages).toBe(5);
    expect(forgotten).not.toContain(victim.id);
    // Nobody imported anything.
    expect(discord.requests.filter(({ path }) => /^.channels.[0-9]+.messages$/.test(path))).toEqual([]);
    expect(errors).toEqual([]);
    const unexpected = bot.failures.map(({ code, message, cause }) =>
      [code, message, cause instanceof Error ? cause.stack : ""].join(" "),
    );
    expect([...new Set(unexpected)]).toEqual([]);
    discord.assertClean();
  });
});
