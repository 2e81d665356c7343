import { type ButtonInteraction, type ChatInputCommandInteraction, MessageFlags } from "discord.js";
import { z } from "zod";
import { formatNumber } from "../../i18n/format.ts";
import type { Snowflake } from "../../snowflake.ts";
import { FEATURES, type Payload, snowflakeNumber } from "../component-id.ts";
import { type CommandContext, wordsFor } from "../context.ts";
import { isOwner } from "../permissions.ts";
import { answered, cancelled, questionButtons } from "../question.ts";
import { tellPrivately } from "../replies.ts";

/** What a press below the question asks for. */
export interface ForgetPress {
  /** `null`: nobody, for Cancel was pressed. */
  readonly userId: Snowflake | null;
  readonly question: Snowflake;
}

const forgetPayload = z
  // Nobody's id is 0: it stands for nobody to erase.
  .tuple([
    z.literal(FEATURES.forget),
    z.union([z.literal(0n).transform(() => null), snowflakeNumber]),
    snowflakeNumber,
  ])
  .transform(([, userId, question]): ForgetPress => ({ userId, question }));

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
  const payloadOf = (userId: Snowflake) => (question: Snowflake) =>
    [FEATURES.forget, BigInt(userId), BigInt(question)] as const;
  const components = questionButtons(context, interaction, {
    confirm: [{ label: say("button.forget"), payload: payloadOf(id) }],
    cancel: payloadOf("0"),
  });
  await tellPrivately(interaction, say("forget.ask", { user: `<@${id}>` }), components);
}

/** `null` for a payload that is not of this command. */
export function parseForgetPayload(payload: Payload): ForgetPress | null {
  return forgetPayload.safeParse(payload).data ?? null;
}

/** The press below the question. Anyone may press it, so who owns the bot is asked again. */
export async function forgetPress(
  context: CommandContext,
  interaction: ButtonInteraction<"cached">,
  { userId, question }: ForgetPress,
): Promise<void> {
  const { say, locale } = wordsFor(interaction);
  if (userId === null) return await cancelled(context, interaction, question);
  await answered(
    context,
    interaction,
    question,
    async () => {
      const { rows } = await context.privacy.forget(userId);
      return say("forget.done", { user: `<@${userId}>`, rows: formatNumber(rows, locale) });
    },
    async () =>
      (await isOwner(context.client, context.ownerIds, interaction.user.id)) ? null : say("answer.ownerOnly"),
  );
}
