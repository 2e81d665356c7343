import { Command } from "@sapphire/framework";

export class PingCommand extends Command {
  /** @param {Command.Registry} registry */
  registerApplicationCommands(registry) {
    // Sapphire registers each command by itself unless told to overwrite all, and GuildStats does, too: neither
    // deletes what the other wrote.
    registry.registerChatInputCommand({ name: "ping", description: "Is the bot awake?" });
  }

  /** @param {Command.ChatInputCommandInteraction} interaction */
  async chatInputRun(interaction) {
    await interaction.reply("Pong!");
  }
}
