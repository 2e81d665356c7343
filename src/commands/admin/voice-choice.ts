import {
  ActionRowBuilder,
  type MessageActionRowComponentBuilder,
  StringSelectMenuBuilder,
  StringSelectMenuOptionBuilder,
} from "discord.js";
import { z } from "zod";
import type { GuildSettings } from "../../store/store.ts";
import { UNCOUNTED_BY_DEFAULT, VOICE_STATE_NAMES } from "../../voice-state.ts";
import { actionButton } from "../components.ts";
import { type CommandContext, wordsFor } from "../context.ts";
import { type AdminCall, type Answerable, NO_MENTIONS, type Press, tellPrivately } from "../replies.ts";
import { adminPayloadOf } from "./admin-id.ts";
import { voiceText } from "./settings.ts";

const chosenStates = z.array(z.enum(VOICE_STATE_NAMES)).max(VOICE_STATE_NAMES.length);

/** `/guildstats-admin settings voice`: a choice of states in which time does not count. */
export async function askVoice(context: CommandContext, interaction: AdminCall): Promise<void> {
  const settings = context.settingsOf(interaction.guildId);
  await tellPrivately(
    interaction,
    question(context, interaction, settings),
    components(context, interaction, settings),
  );
}

/** A choice below the question; the answer is the question anew, with what is so now. */
export async function voicePress(
  context: CommandContext,
  interaction: Press,
  kind: "voice" | "voice-default",
): Promise<void> {
  const chosen = chosenStates.safeParse(interaction.isStringSelectMenu() ? interaction.values : null);
  if (kind === "voice" && !chosen.success)
    return await tellPrivately(interaction, wordsFor(interaction).say("answer.unknownChoice"));
  await interaction.deferUpdate();
  const uncountedVoice = kind === "voice" ? (chosen.data ?? null) : null;
  const { after } = await context.administration.change(interaction.guildId, () => ({ uncountedVoice }));
  await interaction.editReply({
    content: question(context, interaction, after),
    components: components(context, interaction, after),
    allowedMentions: NO_MENTIONS,
  });
}

function question(context: CommandContext, interaction: Answerable, settings: GuildSettings): string {
  const words = wordsFor(interaction);
  const { say } = words;
  const value = voiceText(settings, { context, guild: interaction.guild, words });
  return `${say("settings.line", { title: say("settings.title.voice"), value })}\n${say("settings.voice.ask")}`;
}

function components(
  context: CommandContext,
  interaction: Answerable,
  { uncountedVoice }: GuildSettings,
): ActionRowBuilder<MessageActionRowComponentBuilder>[] {
  const { say } = wordsFor(interaction);
  const idOf = (kind: "voice" | "voice-default"): string =>
    context.ids.sign(interaction.guildId, adminPayloadOf({ kind }));
  const uncounted = uncountedVoice ?? UNCOUNTED_BY_DEFAULT;
  const select = new StringSelectMenuBuilder()
    .setCustomId(idOf("voice"))
    .setPlaceholder(say("settings.voice.select"))
    .setMinValues(0)
    .setMaxValues(VOICE_STATE_NAMES.length)
    .addOptions(
      VOICE_STATE_NAMES.map((state) =>
        new StringSelectMenuOptionBuilder()
          .setValue(state)
          .setLabel(say(`voiceState.${state}`))
          .setDefault(uncounted.includes(state)),
      ),
    );
  return [
    new ActionRowBuilder<MessageActionRowComponentBuilder>().addComponents(select),
    ...(uncountedVoice === null ? [] : [actionButton(idOf("voice-default"), say("settings.voice.default"))]),
  ];
}
