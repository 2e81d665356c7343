import type { ButtonInteraction, ChatInputCommandInteraction } from "discord.js";
import { z } from "zod";
import { asError, GuildStatsError } from "../../errors.ts";
import { FEATURES, type Payload } from "../component-id.ts";
import { confirmButtons } from "../components.ts";
import { type CommandContext, wordsFor } from "../context.ts";
import { NO_MENTIONS, tellPrivately } from "../replies.ts";

const CHOICES = ["cancel", "here", "everywhere"] as const;
export type ErasureChoice = (typeof CHOICES)[number];

const eraseMePayload = z
  .tuple([z.literal(FEATURES.eraseMe), z.literal([0n, 1n, 2n])])
  .transform(([, choice]) => CHOICES[Number(choice)]);

/** `/guildstats eraseme`: asks where to erase who asks. It is no opting out: counting goes on. */
export async function eraseMeCommand(
  context: CommandContext,
  interaction: ChatInputCommandInteraction<"cached">,
): Promise<void> {
  const { say } = wordsFor(interaction);
  const idOf = (choice: ErasureChoice): string => {
    const payload: Payload = [FEATURES.eraseMe, BigInt(CHOICES.indexOf(choice))];
    return context.ids.sign(interaction.guildId, payload);
  };
  await tellPrivately(interaction, say("privacy.eraseAsk"), [
    confirmButtons(
      [
        { id: idOf("here"), label: say("button.eraseHere") },
        { id: idOf("everywhere"), label: say("button.eraseEverywhere") },
      ],
      { id: idOf("cancel"), label: say("button.cancel") },
    ),
  ]);
}

/** What a press below the question chose; `null` for a payload that is not of this command. */
export function parseEraseMePayload(payload: Payload): ErasureChoice | null {
  return eraseMePayload.safeParse(payload).data ?? null;
}

/** The press below the question. It concerns whoever presses. */
export async function eraseMePress(
  context: CommandContext,
  interaction: ButtonInteraction<"cached">,
  choice: ErasureChoice,
): Promise<void> {
  const { say } = wordsFor(interaction);
  const show = (content: string) => ({ content, components: [], allowedMentions: NO_MENTIONS });
  if (choice === "cancel") {
    await interaction.update(show(say("answer.cancelled")));
    return;
  }
  await interaction.deferUpdate();
  const isHere = choice === "here";
  try {
    await context.privacy.forget(interaction.user.id, isHere ? interaction.guildId : undefined);
    await interaction.editReply(show(say(isHere ? "privacy.erasedHere" : "privacy.erasedEverywhere")));
  } catch (thrown) {
    context.failed(thrown);
    const code = thrown instanceof GuildStatsError ? thrown.code : asError(thrown).name;
    await interaction.editReply(show(say("privacy.unerased", { code })));
  }
}
