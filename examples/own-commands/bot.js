// A bot with a command handler of its own, which registers all commands at once.
import { Client, Events } from "discord.js";
import { GuildStats } from "guildstats";
import { sqlite } from "guildstats/sqlite";
import * as busiest from "./commands/busiest.js";
import * as ping from "./commands/ping.js";

const commands = new Map([ping, busiest].map((command) => [command.data.name, command]));

const client = new Client({ intents: [...GuildStats.intents] });
const stats = new GuildStats(client, {
  store: sqlite("guildstats.db"),
  // Writing the whole list deletes what is not in it, so GuildStats's commands go along with the others.
  registerCommands: false,
});
stats.on("failure", (error) => console.error(error.code, error.message));

client.once(Events.ClientReady, async ({ application }) => {
  const own = [...commands.values()].map(({ data }) => data.toJSON());
  await application.commands.set([...own, ...GuildStats.commands]);
});

// GuildStats answers its own commands and buttons. All others are yours, and pass it by.
client.on(Events.InteractionCreate, async (interaction) => {
  if (!interaction.isChatInputCommand() || !interaction.inCachedGuild()) return;
  await commands.get(interaction.commandName)?.execute(interaction, stats);
});

await stats.start();
await client.login(process.env.DISCORD_TOKEN);
