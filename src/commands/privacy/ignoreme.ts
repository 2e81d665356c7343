import type { ButtonInteraction, ChatInputCommandInteraction } from "discord.js";
import { z } from "zod";
import { asError, GuildStatsError } from "../../errors.ts";
import { FEATURES, type Payload } from "../component-id.ts";
import { confirmButtons } from "../components.ts";
import { type CommandContext, wordsFor } from "../context.ts";
import { NO_MENTIONS, tellPrivately } from "../replies.ts";

const CONFIRM: Payload = [FEATURES.ignoreMe, 1n];
const CANCEL: Payload = [FEATURES.ignoreMe, 0n];
const ignoreMePayload = z
  .tuple([z.literal(FEATURES.ignoreMe), z.literal([0n, 1n])])
  .transform(([, choice]) => (choice === 1n ? "confirm" : "cancel"));

/** `/guildstats ignoreme`: asks before it opts out and erases; opts in again at once. */
export async function ignoreMeCommand(
  context: CommandContext,
  interaction: ChatInputCommandInteraction<"cached">,
): Promise<void> {
  const { say } = wordsFor(interaction);
  if (context.privacy.isOptedOut(interaction.user.id)) {
    await context.privacy.optIn(interaction.user.id);
    return await tellPrivately(interaction, say("ignoreme.undone"));
  }
  const idOf = (payload: Payload): string => context.ids.sign(interaction.guildId, payload);
  await tellPrivately(interaction, say("ignoreme.ask"), [
    confirmButtons(
      { id: idOf(CONFIRM), label: say("button.optOut") },
      { id: idOf(CANCEL), label: say("button.cancel") },
    ),
  ]);
}

/** What a press below the question chose; `null` for a payload that is not of this command. */
export function parseIgnoreMePayload(payload: Payload): "confirm" | "cancel" | null {
  return ignoreMePayload.safeParse(payload).data ?? null;
}

/** The press below the question. It concerns whoever presses. */
export async function ignoreMePress(
  context: CommandContext,
  interaction: ButtonInteraction<"cached">,
  choice: "confirm" | "cancel",
): Promise<void> {
  const { say } = wordsFor(interaction);
  const show = (content: string) => ({ content, components: [], allowedMentions: NO_MENTIONS });
  if (choice === "cancel") {
    await interaction.update(show(say("answer.cancelled")));
    return;
  }
  await interaction.deferUpdate();
  try {
    await context.privacy.optOut(interaction.user.id);
    await interaction.editReply(show(say("ignoreme.done")));
  } catch (thrown) {
    context.failed(thrown);
    const code = thrown instanceof GuildStatsError ? thrown.code : asError(thrown).name;
    await interaction.editReply(show(say("privacy.optedOutUnerased", { code })));
  }
}
