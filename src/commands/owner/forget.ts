import { type ButtonInteraction, type ChatInputCommandInteraction, MessageFlags } from "discord.js";
import { z } from "zod";
import { formatNumber } from "../../i18n/format.ts";
import { isSnowflake, type Snowflake } from "../../snowflake.ts";
import { FEATURES, type Payload } from "../component-id.ts";
import { confirmButtons } from "../components.ts";
import { type CommandContext, wordsFor } from "../context.ts";
import { isOwner } from "../permissions.ts";
import { NO_MENTIONS, tellPrivately } from "../replies.ts";

/** Nobody's id is 0: it stands for nobody to erase. */
const CANCEL: Payload = [FEATURES.forget, 0n];
const forgetPayload = z
  .tuple([z.literal(FEATURES.forget), z.bigint().transform(String)])
  .transform(([, userId]) => (userId === "0" ? "cancel" : userId))
  .refine((target) => target === "cancel" || isSnowflake(target));

/** `/guildstats-owner forget`: asks, for the bot's owner only. */
export async function forgetCommand(
  context: CommandContext,
  interaction: ChatInputCommandInteraction<"cached">,
): Promise<void> {
  const { say } = wordsFor(interaction);
  // Who owns the bot is a question to Discord: it may take longer than the first answer may.
  await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  if (!(await isOwner(context.client, context.ownerIds, interaction.user.id))) {
    return await tellPrivately(interaction, say("answer.ownerOnly"));
  }
  const { id } = interaction.options.getUser("user", true);
  const idOf = (payload: Payload): string => context.ids.sign(interaction.guildId, payload);
  await tellPrivately(interaction, say("forget.ask", { user: `<@${id}>` }), [
    confirmButtons(
      { id: idOf([FEATURES.forget, BigInt(id)]), label: say("button.forget") },
      { id: idOf(CANCEL), label: say("button.cancel") },
    ),
  ]);
}

/** The user whom a payload asks to erase, `"cancel"`, or `null` for a payload that is not of this command. */
export function parseForgetPayload(payload: Payload): Snowflake | "cancel" | null {
  return forgetPayload.safeParse(payload).data ?? null;
}

/** The press below the question. Anyone may press it, so who owns the bot is asked again. */
export async function forgetPress(
  context: CommandContext,
  interaction: ButtonInteraction<"cached">,
  target: Snowflake | "cancel",
): Promise<void> {
  const { say } = wordsFor(interaction);
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
    content: say("forget.done", {
      user: `<@${target}>`,
      rows: formatNumber(rows, wordsFor(interaction).locale),
    }),
    components: [],
    allowedMentions: NO_MENTIONS,
  });
}
