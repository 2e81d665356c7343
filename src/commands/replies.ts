import {
  type ButtonInteraction,
  type ChatInputCommandInteraction,
  type InteractionReplyOptions,
  MessageFlags,
  type StringSelectMenuInteraction,
  type UserContextMenuCommandInteraction,
} from "discord.js";

/** A press of a button, or a choice in a select. */
export type Press = ButtonInteraction<"cached"> | StringSelectMenuInteraction<"cached">;

/** A command that was typed, or picked from a member's menu. */
export type CalledCommand =
  | ChatInputCommandInteraction<"cached">
  | UserContextMenuCommandInteraction<"cached">;

/** A command of who manages the server. */
export type AdminCall = ChatInputCommandInteraction<"cached">;

/** The interactions that GuildStats answers with messages, in guilds that the client knows. */
export type Answerable = CalledCommand | Press;

/** No name on a card or in an answer ever pings anyone. */
export const NO_MENTIONS = Object.freeze({ parse: [] as const });

/**
 * Says something to the user alone, whatever the interaction's state. A public answer that is still "thinking"
 * is taken back first, since Discord would show its replacement to everyone.
 */
export async function tellPrivately(
  interaction: Answerable,
  content: string,
  components: NonNullable<InteractionReplyOptions["components"]> = [],
): Promise<void> {
  const message = { content, components, allowedMentions: NO_MENTIONS } as const;
  if (!interaction.deferred && !interaction.replied) {
    await interaction.reply({ ...message, flags: MessageFlags.Ephemeral });
  } else if (interaction.ephemeral) {
    await interaction.editReply({ ...message, files: [], attachments: [] });
  } else {
    // A component's own message is someone's card and stays; a command's deferral is ours and empty.
    if (interaction.isCommand()) await interaction.deleteReply();
    await interaction.followUp({ ...message, flags: MessageFlags.Ephemeral });
  }
}
