import { describe, expect, test } from "vitest";
import { VIEW_CHOICES } from "../../../src/commands/cards/card-views.ts";
import { VISIBILITIES } from "../../../src/visibility.ts";
import type { LoopbackInteraction } from "../../loopback/interaction.ts";
import { VIEW_CHANNEL } from "../../loopback/permissions.ts";
import { adminBot } from "../../support/admin-bot.ts";
import { roleOf } from "../../support/lively-bot.ts";

const NO_LIMITS = { cooldowns: { userPerMinute: 0, guildPerMinute: 0 } };

const offered = (card: LoopbackInteraction): readonly string[] =>
  card.selects[0]?.options.map(({ value }) => value) ?? [];

/** Whether a choice leads to a card, in place or as an answer of its own. */
async function leadsToCard(card: LoopbackInteraction, value: string, user = card.user): Promise<boolean> {
  const press = await card.forge(card.selects[0]?.customId ?? "", { values: [value], user }).settled();
  return press.followUps.length === 0 && press.text !== "";
}

describe("the select of views below a card", () => {
  test.each(VISIBILITIES.flatMap((who) => [true, false].map((isPrivate) => [who, isPrivate] as const)))(
    "in a server whose members see %j (private: %s) offers what everyone who reads it gets, and nothing that is refused",
    async (visibility, isPrivate) => {
      await using bot = await adminBot({}, NO_LIMITS);
      await bot.ask("settings members", { who: visibility });
      const [admin, writer, viewer] = bot.guild.users;
      for (const caller of [admin, viewer]) {
        const options = { text: true, private: isPrivate };
        const cards = [
          await bot.call("server", options, caller).settled(),
          await bot.call("member", { ...options, ...(caller && { member: caller }) }, caller).settled(),
          await bot.call("member", { ...options, member: writer ?? "" }, caller).settled(),
          await bot.call("role", { ...options, role: roleOf(bot.guild) }, caller).settled(),
        ].filter((card) => card.text !== "" && card.ephemeral === isPrivate);
        expect(cards.length).toBeGreaterThan(0);
        for (const card of cards) {
          const readers = isPrivate ? [card.user] : [admin, viewer];
          for (const value of offered(card))
            for (const reader of readers)
              expect([value, await leadsToCard(card, value, reader)]).toEqual([value, true]);
          // Whoever asked is refused what is not offered, but for the second name of what is.
          const isOwn = offered(card).includes("me") && !offered(card).includes("subject");
          for (const value of VIEW_CHOICES.filter((choice) => !offered(card).includes(choice)))
            if (!(isOwn && value.startsWith("subject")))
              expect([value, await leadsToCard(card, value)]).toEqual([value, false]);
        }
      }
      expect(bot.failures).toEqual([]);
      bot.discord.assertClean();
    },
    60_000,
  );

  test("does not lead back to a channel that not everyone here sees any more, nor to a role that is gone", async () => {
    await using bot = await adminBot({}, NO_LIMITS);
    const { discord, guild } = bot;
    const lobby = guild.channel("Lobby");
    const labels = async (card: LoopbackInteraction) =>
      (await card.choose("Server").settled()).selects[0]?.options.map(({ label }) => label);
    const channel = await bot.call("channel", { channel: lobby, text: true }).settled();
    const alone = await bot.call("channel", { channel: lobby, text: true, private: true }).settled();
    const role = await bot.call("role", { role: roleOf(guild), text: true }).settled();
    expect(await labels(channel)).toContain("This channel");
    expect(await labels(role)).toContain("This role");
    const moderators = guild.roles.find(({ name }) => name === "moderators")?.id ?? "";
    discord.updateChannel(guild, lobby, {
      permission_overwrites: [
        { id: guild.id, type: 0, allow: "0", deny: String(VIEW_CHANNEL) },
        { id: moderators, type: 0, allow: String(VIEW_CHANNEL), deny: "0" },
      ],
    });
    discord.deleteRole(guild, roleOf(guild));
    await discord.taken();
    expect(await labels(role)).not.toContain("This role");
    expect(await labels(channel)).not.toContain("This channel");
    // Who may see it, alone, may go back to it.
    expect(await labels(alone)).toContain("This channel");
    expect(bot.failures).toEqual([]);
    discord.assertClean();
  });
});
