import type { ButtonInteraction, ChatInputCommandInteraction } from "discord.js";
import { z } from "zod";
import { asError, GuildStatsError } from "../../errors.ts";
import type { Snowflake } from "../../snowflake.ts";
import { FEATURES, type Payload, snowflakeNumber } from "../component-id.ts";
import { type CommandContext, wordsFor } from "../context.ts";
import { answered, cancelled, questionButtons } from "../question.ts";
import { tellPrivately } from "../replies.ts";

const CHOICES = ["cancel", "here", "everywhere"] as const;
type ErasureChoice = (typeof CHOICES)[number];

/** What a press below the question chose. */
export interface EraseMePress {
  readonly choice: ErasureChoice;
  readonly question: Snowflake;
}

const eraseMePayload = z
  .tuple([z.literal(FEATURES.eraseMe), z.literal([0n, 1n, 2n]), snowflakeNumber])
  .transform(
    ([, choice, question]): EraseMePress => ({ choice: CHOICES[Number(choice)] ?? "cancel", question }),
  );

/** `/guildstats eraseme`: asks where to erase who asks. It is no opting out: counting goes on. */
export async function eraseMeCommand(
  context: CommandContext,
  interaction: ChatInputCommandInteraction<"cached">,
): Promise<void> {
  const { say } = wordsFor(interaction);
  const payloadOf = (choice: ErasureChoice) => (question: Snowflake) =>
    [FEATURES.eraseMe, BigInt(CHOICES.indexOf(choice)), BigInt(question)] as const;
  const components = questionButtons(context, interaction, {
    confirm: [
      { label: say("button.eraseHere"), payload: payloadOf("here") },
      { label: say("button.eraseEverywhere"), payload: payloadOf("everywhere") },
    ],
    cancel: payloadOf("cancel"),
  });
  await tellPrivately(interaction, say("privacy.eraseAsk"), components);
}

/** `null` for a payload that is not of this command. */
export function parseEraseMePayload(payload: Payload): EraseMePress | null {
  return eraseMePayload.safeParse(payload).data ?? null;
}

/** The press below the question. It concerns whoever presses. */
export async function eraseMePress(
  context: CommandContext,
  interaction: ButtonInteraction<"cached">,
  { choice, question }: EraseMePress,
): Promise<void> {
  const { say } = wordsFor(interaction);
  if (choice === "cancel") return await cancelled(context, interaction, question);
  const isHere = choice === "here";
  await answered(context, interaction, question, async () => {
    try {
      await context.privacy.forget(interaction.user.id, isHere ? interaction.guildId : undefined);
      return say(isHere ? "privacy.erasedHere" : "privacy.erasedEverywhere");
    } catch (thrown) {
      context.failed(thrown);
      const code = thrown instanceof GuildStatsError ? thrown.code : asError(thrown).name;
      return say("privacy.unerased", { code });
    }
  });
}
