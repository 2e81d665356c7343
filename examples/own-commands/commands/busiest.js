import { SlashCommandBuilder } from "discord.js";

export const data = new SlashCommandBuilder().setName("busiest").setDescription("Who wrote most this week?");

/**
 * A command of your own may ask GuildStats for numbers.
 * @param {import("discord.js").ChatInputCommandInteraction<"cached">} interaction
 * @param {import("guildstats").GuildStats} stats
 */
export async function execute(interaction, stats) {
  const { entries } = await stats.query.top(interaction.guildId, {
    metric: "messages",
    of: "members",
    period: "7d",
  });
  const [first] = entries;
  await interaction.reply({
    content: first ? `<@${first.id}>, with ${first.value} messages` : "Nobody yet",
    allowedMentions: { parse: [] },
  });
}
