import { type ButtonInteraction, type ChatInputCommandInteraction, MessageFlags } from "discord.js";
import { formatNumber } from "../i18n/format.ts";
import { isSnowflake, type Snowflake } from "../snowflake.ts";
import { COMPONENT_PREFIX } from "./card-state.ts";
import { confirmButtons } from "./components.ts";
import { type CommandContext, wordsFor } from "./context.ts";
import { isOwner } from "./permissions.ts";
import { NO_MENTIONS, tellPrivately } from "./replies.ts";

const CONFIRM = `${COMPONENT_PREFIX}forget:`;
const CANCEL = `${COMPONENT_PREFIX}forget-cancel`;

/** `/guildstats-owner forget`: asks, for the bot's owner only. */
export async function forgetCommand(
  context: CommandContext,
  interaction: ChatInputCommandInteraction<"cached">,
): Promise<void> {
  const { say } = wordsFor(interaction, true);
  // Who owns the bot is a question to Discord: it may take longer than the first answer may.
  await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  if (!(await isOwner(context.client, context.ownerIds, interaction.user.id))) {
    return await tellPrivately(interaction, say("answer.ownerOnly"));
  }
  const { id } = interaction.options.getUser("user", true);
  await tellPrivately(interaction, say("forget.ask", { user: `<@${id}>` }), [
    confirmButtons(
      { id: CONFIRM + id, label: say("button.forget") },
      { id: CANCEL, label: say("button.cancel") },
    ),
  ]);
}

/** The user whom a component id asks to erase, `"cancel"`, or `null` for another id. */
export function parseForgetId(id: string): Snowflake | "cancel" | null {
  if (id === CANCEL) return "cancel";
  const userId = id.startsWith(CONFIRM) ? id.slice(CONFIRM.length) : null;
  return isSnowflake(userId) ? userId : null;
}

/** The press below the question. Ids can be forged, so who owns the bot is asked again. */
export async function forgetPress(
  context: CommandContext,
  interaction: ButtonInteraction<"cached">,
  target: Snowflake | "cancel",
): Promise<void> {
  const { say } = wordsFor(interaction, true);
  if (target === "cancel") {
    await interaction.update({
      content: say("answer.cancelled"),
      components: [],
      allowedMentions: NO_MENTIONS,
    });
    return;
  }
  await interaction.deferUpdate();
  if (!(await isOwner(context.client, context.ownerIds, interaction.user.id))) {
    return await tellPrivately(interaction, say("answer.ownerOnly"));
  }
  const { rows } = await context.privacy.forget(target);
  await interaction.editReply({
    content: say("forget.done", { user: `<@${target}>`, rows: formatNumber(rows, interaction.locale) }),
    components: [],
    allowedMentions: NO_MENTIONS,
  });
}
