import { type AdminPress, adminPayloadOf } from "./admin/admin-id.ts";
import { confirmButtons } from "./components.ts";
import { type CommandContext, wordsFor } from "./context.ts";
import { type AdminCall, NO_MENTIONS, type Press, tellPrivately } from "./replies.ts";

/** How long a question is good for: what it told in figures must still be about so when it is answered. */
const GOOD_FOR_MS = 5 * 60_000;

/** Asks before something that cannot be undone. */
export async function askFirst(
  context: CommandContext,
  interaction: AdminCall,
  content: string,
  press: AdminPress,
  label: "button.purge" | "button.merge",
): Promise<void> {
  const { say } = wordsFor(interaction);
  const idOf = (each: AdminPress): string => context.ids.sign(interaction.guildId, adminPayloadOf(each));
  await tellPrivately(interaction, content, [
    confirmButtons(
      { id: idOf(press), label: say(label) },
      { id: idOf({ kind: "leave" }), label: say("button.cancel") },
    ),
  ]);
}

/** Does what the question was about, once and in time, and has the answer take the question's place. */
export async function answered(
  context: CommandContext,
  interaction: Press,
  askedMs: number,
  act: () => Promise<string>,
): Promise<void> {
  const { say } = wordsFor(interaction);
  const show = (content: string) => ({ content, components: [], allowedMentions: NO_MENTIONS });
  const isFirst = await context.presses.once(`${interaction.guildId} ${interaction.customId}`, async () => {
    await interaction.deferUpdate();
    const isGood = context.clock.nowMs() - askedMs <= GOOD_FOR_MS;
    await interaction.editReply(show(isGood ? await act() : say("admin.expired")));
  });
  if (!isFirst) await interaction.deferUpdate();
}
