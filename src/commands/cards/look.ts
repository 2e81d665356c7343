import type { Card, ThemeName } from "../../cards/card.ts";
import { type Translator, translatorFor } from "../../i18n/translator.ts";
import { type CommandContext, wordsFor } from "../context.ts";
import type { Answerable } from "../replies.ts";

/** How a card looks to those who see it. */
export interface Look {
  readonly words: Translator;
  readonly theme: ThemeName;
  readonly accent: Card["accent"];
}

/**
 * The language, theme and accent of an answer: what the guild chose, or the plugin's options. A private answer is in the
 * user's language; a public one in the guild's, as it told Discord where nobody chose another.
 */
export function lookOf(context: CommandContext, interaction: Answerable, isPrivate: boolean): Look {
  const settings = context.settingsOf(interaction.guildId);
  const locale = settings.locale ?? context.locale ?? interaction.guildLocale ?? interaction.locale;
  return {
    words: isPrivate ? wordsFor(interaction) : translatorFor(locale),
    theme: settings.theme ?? context.theme,
    accent: settings.accent ?? context.accent,
  };
}
