// A bot with a card of its own design, as the answer to `/champions`.
import { AttachmentBuilder, Client, Events } from "discord.js";
import { GuildStats } from "guildstats";
import { sqlite } from "guildstats/sqlite";
import { championsCard } from "./champions-card.js";

const client = new Client({ intents: [...GuildStats.intents] });
const stats = new GuildStats(client, { store: sqlite("guildstats.db") });
stats.on("failure", (error) => console.error(error.code, error.message));

client.once(Events.ClientReady, async ({ application }) => {
  await application.commands.create({ name: "champions", description: "Who wrote most this week?" });
});

client.on(Events.InteractionCreate, async (interaction) => {
  if (!interaction.isChatInputCommand() || !interaction.inCachedGuild()) return;
  if (interaction.commandName !== "champions") return;
  await interaction.deferReply();
  const { guild } = interaction;
  const view = await stats.query.top(guild.id, { metric: "messages", of: "members", period: "7d" });
  const members = await guild.members.fetch({ user: view.entries.map(({ id }) => id) });
  const card = championsCard(view, {
    names: {
      guild: { id: guild.id, name: guild.name, imageUrl: guild.iconURL(), kind: "guild", colour: null },
      member: (id) => {
        const member = members.get(id);
        const imageUrl = member?.displayAvatarURL({ extension: "png", size: 128 }) ?? null;
        return {
          id,
          name: member?.displayName ?? "someone who left",
          imageUrl,
          kind: member ? "member" : "departed",
          colour: null,
        };
      },
      // A top list of members names nothing else.
      channel: unnamed("text"),
      role: unnamed("role"),
      category: unnamed("category"),
    },
    locale: "en",
    theme: "dark",
    accent: null,
    bannerUrl: null,
    mode: "card",
    viewerId: interaction.user.id,
    nowMs: Date.now(),
  });
  const picture = new AttachmentBuilder(await stats.render(card), {
    name: "champions.png",
    description: card.alt,
  });
  await interaction.editReply({ files: [picture] });
});

/**
 * @param {import("guildstats").SubjectKind} kind
 * @returns {(id: string) => import("guildstats").Subject}
 */
function unnamed(kind) {
  return (id) => ({ id, name: id, imageUrl: null, kind, colour: null });
}

await stats.start();
await client.login(process.env.DISCORD_TOKEN);
