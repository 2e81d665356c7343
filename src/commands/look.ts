import type { Card, ThemeName } from "../cards/card.ts";
import type { Translator } from "../i18n/translator.ts";
import { type CommandContext, wordsFor } from "./context.ts";
import type { Answerable } from "./replies.ts";

/** How a card looks to those who see it. */
export interface Look {
  readonly words: Translator;
  readonly theme: ThemeName;
  readonly accent: Card["accent"];
}

/** The language, theme and accent of an answer: what the guild chose, or the plugin's options. */
export function lookOf(context: CommandContext, interaction: Answerable, isPrivate: boolean): Look {
  return {
    words: wordsFor(interaction, isPrivate),
    theme: context.theme,
    accent: context.settingsOf(interaction.guildId).accent ?? context.accent,
  };
}
