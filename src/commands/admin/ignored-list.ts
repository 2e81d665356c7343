import {
  ActionRowBuilder,
  ButtonBuilder,
  ButtonStyle,
  type MessageActionRowComponentBuilder,
} from "discord.js";
import { formatNumber } from "../../i18n/format.ts";
import { type CommandContext, wordsFor } from "../context.ts";
import { type AdminCall, type Answerable, NO_MENTIONS, type Press, tellPrivately } from "../replies.ts";
import { typedCommand } from "../typed-command.ts";
import { adminPayloadOf } from "./admin-id.ts";
import { type Ignorable, ignoredOf, knowNames, LISTS, nameOf } from "./ignoring.ts";

/** Discord's bound of a message is 2,000; the rest is for the head. */
const PAGE_LENGTH = 1_700;
const KINDS: readonly Ignorable[] = ["channel", "category", "role", "activity"];

/** `/guildstats-admin ignored`: all that is ignored, in pages. */
export async function ignoredCommand(context: CommandContext, interaction: AdminCall): Promise<void> {
  await knowNames(context, interaction.guildId);
  const { content, components } = listed(context, interaction, 0);
  await tellPrivately(interaction, content, components);
}

/** Turns to a page; the last one, when the list has become shorter. */
export async function ignoredPress(context: CommandContext, interaction: Press, page: number): Promise<void> {
  await interaction.deferUpdate();
  await knowNames(context, interaction.guildId);
  await interaction.editReply({ ...listed(context, interaction, page), allowedMentions: NO_MENTIONS });
}

function listed(
  context: CommandContext,
  interaction: Answerable,
  asked: number,
): { readonly content: string; readonly components: ActionRowBuilder<MessageActionRowComponentBuilder>[] } {
  const words = wordsFor(interaction);
  const { say } = words;
  const pages = pagesOf(linesOf(context, interaction));
  if (pages.length === 0) {
    const command = typedCommand(words, ["command.admin-ignore.name"]);
    return { content: say("ignored.none", { command }), components: [] };
  }
  const page = Math.min(asked, pages.length - 1);
  const number = (value: number): string => formatNumber(value, words.locale);
  const head = say("ignored.title", { page: number(page + 1), pages: number(pages.length) });
  const hint = say("ignored.hint", { command: typedCommand(words, ["command.admin-unignore.name"]) });
  const content = [head, ...(pages[page] ?? []), hint].join("\n");
  if (pages.length === 1) return { content, components: [] };
  const turn = (to: number, key: "button.previous" | "button.next"): ButtonBuilder =>
    new ButtonBuilder()
      // At an end the button is dead, but its id must differ from the other's.
      .setCustomId(
        context.ids.sign(interaction.guildId, adminPayloadOf({ kind: "ignored", page: Math.max(0, to) })),
      )
      .setLabel(say(key))
      .setStyle(ButtonStyle.Secondary)
      .setDisabled(to < 0 || to >= pages.length);
  const row = new ActionRowBuilder<MessageActionRowComponentBuilder>();
  return {
    content,
    components: [row.addComponents(turn(page - 1, "button.previous"), turn(page + 1, "button.next"))],
  };
}

function linesOf(context: CommandContext, interaction: Answerable): readonly string[] {
  const { say } = wordsFor(interaction);
  const settings = context.settingsOf(interaction.guildId);
  return KINDS.flatMap((kind) => {
    const ids = ignoredOf(settings, kind);
    if (ids.length === 0) return [];
    return [
      `**${say(`ignored.kind.${LISTS[kind]}`)}**`,
      ...ids.map((id) => `- ${nameOf(context, interaction, kind, id)}`),
    ];
  });
}

function pagesOf(lines: readonly string[]): readonly (readonly string[])[] {
  const pages: string[][] = [];
  let length = PAGE_LENGTH;
  for (const line of lines) {
    length += line.length + 1;
    if (length > PAGE_LENGTH) {
      pages.push([]);
      length = line.length + 1;
    }
    pages.at(-1)?.push(line);
  }
  return pages;
}
