import { type ButtonInteraction, type ChatInputCommandInteraction, MessageFlags } from "discord.js";
import { z } from "zod";
import { asError, GuildStatsError } from "../../errors.ts";
import type { Snowflake } from "../../snowflake.ts";
import { FEATURES, type Payload, snowflakeNumber } from "../component-id.ts";
import { type CommandContext, wordsFor } from "../context.ts";
import { answered, cancelled, questionButtons } from "../question.ts";
import { tellPrivately } from "../replies.ts";

/** What a press below the question chose. */
export interface IgnoreMePress {
  readonly isConfirmed: boolean;
  readonly question: Snowflake;
}

const ignoreMePayload = z
  .tuple([z.literal(FEATURES.ignoreMe), z.literal([0n, 1n]), snowflakeNumber])
  .transform(([, choice, question]): IgnoreMePress => ({ isConfirmed: choice === 1n, question }));

/** `/guildstats ignoreme`: asks before it opts out and erases; opts in again at once. */
export async function ignoreMeCommand(
  context: CommandContext,
  interaction: ChatInputCommandInteraction<"cached">,
): Promise<void> {
  const { say } = wordsFor(interaction);
  if (context.privacy.isOptedOut(interaction.user.id)) {
    // What the store writes may take longer than a first answer may.
    await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    await context.privacy.optIn(interaction.user.id);
    return await tellPrivately(interaction, say("ignoreme.undone"));
  }
  const payloadOf = (choice: 0n | 1n) => (question: Snowflake) =>
    [FEATURES.ignoreMe, choice, BigInt(question)] as const;
  const components = questionButtons(context, interaction, {
    confirm: [{ label: say("button.optOut"), payload: payloadOf(1n) }],
    cancel: payloadOf(0n),
  });
  await tellPrivately(interaction, say("ignoreme.ask"), components);
}

/** `null` for a payload that is not of this command. */
export function parseIgnoreMePayload(payload: Payload): IgnoreMePress | null {
  return ignoreMePayload.safeParse(payload).data ?? null;
}

/** The press below the question. It concerns whoever presses. */
export async function ignoreMePress(
  context: CommandContext,
  interaction: ButtonInteraction<"cached">,
  { isConfirmed, question }: IgnoreMePress,
): Promise<void> {
  const { say } = wordsFor(interaction);
  if (!isConfirmed) return await cancelled(context, interaction, question);
  await answered(context, interaction, question, async () => {
    try {
      await context.privacy.optOut(interaction.user.id);
      return say("ignoreme.done");
    } catch (thrown) {
      context.failed(thrown);
      const code = thrown instanceof GuildStatsError ? thrown.code : asError(thrown).name;
      return say("privacy.optedOutUnerased", { code });
    }
  });
}
