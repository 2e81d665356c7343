import { escapeMarkdown } from "discord.js";
import { formatDuration, formatNumber } from "../../i18n/format.ts";
import type { Translator } from "../../i18n/translator.ts";
import type { CountedChannel } from "../../stats/counted-channels.ts";
import { type CommandContext, wordsFor } from "../context.ts";
import { answered, questionButtons } from "../question.ts";
import { type AdminCall, type Answerable, type Press, tellPrivately } from "../replies.ts";
import { type AdminPress, adminPayloadOf } from "./admin-id.ts";

/** `/guildstats-admin merge`: adds a deleted channel's counts to another's; asks first. */
export async function mergeCommand(context: CommandContext, interaction: AdminCall): Promise<void> {
  const words = wordsFor(interaction);
  const { say, locale } = words;
  const { guild, options } = interaction;
  const typed = options.getString("from")?.trim() ?? "";
  const [id] = /[0-9]{15,20}/.exec(typed) ?? [];
  if (id !== undefined && guild.channels.cache.has(id))
    return await tellPrivately(interaction, say("merge.alive", { channel: `<#${id}>` }));
  const intoId = options.getChannel("into")?.id ?? "";
  const counted = await context.administration.countedChannels(guild.id);
  const bare = typed.replace(/^#/, "").toLowerCase();
  const gone = deleted(counted, interaction);
  const from =
    gone.find((channel) => channel.id === id) ?? gone.find(({ name }) => name?.toLowerCase() === bare);
  if (from === undefined) return await tellPrivately(interaction, say("merge.unknown"));
  if (!counted.some((channel) => channel.id === intoId))
    return await tellPrivately(interaction, say("merge.uncounted", { into: `<#${intoId}>` }));
  const content = say("merge.ask", {
    from: escapeMarkdown(deletedName(from, words)),
    into: `<#${intoId}>`,
    messages: formatNumber(from.messages, locale),
    voice: formatDuration(from.voiceMs, locale),
  });
  const components = questionButtons(context, interaction, {
    confirm: [
      {
        label: say("button.merge"),
        payload: (question) => adminPayloadOf({ kind: "merge", from: from.id, into: intoId, question }),
      },
    ],
    cancel: (question) => adminPayloadOf({ kind: "leave", question }),
  });
  await tellPrivately(interaction, content, components);
}

export async function mergePress(
  context: CommandContext,
  interaction: Press,
  { from, into, question }: Extract<AdminPress, { readonly kind: "merge" }>,
): Promise<void> {
  const words = wordsFor(interaction);
  const { say, locale } = words;
  await answered(context, interaction, question, async () => {
    const { administration } = context;
    const counted = await administration.countedChannels(interaction.guildId);
    const gone = deleted(counted, interaction).find(({ id }) => id === from);
    // Merged by another press, purged, or back again.
    if (gone === undefined) return say("merge.unknown");
    if (!counted.some(({ id }) => id === into)) return say("merge.uncounted", { into: `<#${into}>` });
    const { rows } = await administration.merge(interaction.guildId, from, into);
    return say("merge.done", {
      from: escapeMarkdown(deletedName(gone, words)),
      into: `<#${into}>`,
      rows: formatNumber(rows, locale),
    });
  });
}

/** The channels that Discord has no more, those of most messages first. */
export function deleted(
  counted: readonly CountedChannel[],
  { guild }: Pick<Answerable, "guild">,
): readonly CountedChannel[] {
  return counted
    .filter(({ id }) => !guild.channels.cache.has(id))
    .sort((a, b) => b.messages - a.messages || b.voiceMs - a.voiceMs);
}

export function deletedName({ id, name }: CountedChannel, { say }: Translator): string {
  return name === null ? `${say("name.unknownChannel")} ${id}` : `#${name}`;
}
