import type { ButtonInteraction, ChatInputCommandInteraction } from "discord.js";
import { asError, GuildStatsError } from "../errors.ts";
import { COMPONENT_PREFIX } from "./card-state.ts";
import { confirmButtons } from "./components.ts";
import { type CommandContext, wordsFor } from "./context.ts";
import { tellPrivately } from "./replies.ts";

const CONFIRM = `${COMPONENT_PREFIX}ignoreme:confirm`;
const CANCEL = `${COMPONENT_PREFIX}ignoreme:cancel`;

/** `/guildstats ignoreme`: asks before it opts out and erases; opts in again at once. */
export async function ignoreMeCommand(
  context: CommandContext,
  interaction: ChatInputCommandInteraction<"cached">,
): Promise<void> {
  const { say } = wordsFor(interaction, true);
  if (context.privacy.isOptedOut(interaction.user.id)) {
    await context.privacy.optIn(interaction.user.id);
    return await tellPrivately(interaction, say("ignoreme.undone"));
  }
  await tellPrivately(interaction, say("ignoreme.ask"), [
    confirmButtons({ id: CONFIRM, label: say("button.optOut") }, { id: CANCEL, label: say("button.cancel") }),
  ]);
}

export function isIgnoreMeId(id: string): boolean {
  return id === CONFIRM || id === CANCEL;
}

/** The press below the question. It concerns whoever presses, so a forged id can only hit its forger. */
export async function ignoreMePress(
  context: CommandContext,
  interaction: ButtonInteraction<"cached">,
): Promise<void> {
  const { say } = wordsFor(interaction, true);
  if (interaction.customId !== CONFIRM) {
    await interaction.update({ content: say("answer.cancelled"), components: [] });
    return;
  }
  await interaction.deferUpdate();
  try {
    await context.privacy.optOut(interaction.user.id);
    await interaction.editReply({ content: say("ignoreme.done"), components: [] });
  } catch (thrown) {
    context.failed(thrown);
    const code = thrown instanceof GuildStatsError ? thrown.code : asError(thrown).name;
    await interaction.editReply({ content: say("ignoreme.failed", { code }), components: [] });
  }
}
