import type { Card, ThemeName } from "../../cards/card.ts";
import { type Translator, translatorFor } from "../../i18n/translator.ts";
import type { Snowflake } from "../../snowflake.ts";
import { type CommandContext, wordsFor } from "../context.ts";
import type { Answerable } from "../replies.ts";

/** How a card looks to those who see it. */
export interface Look {
  readonly words: Translator;
  readonly theme: ThemeName;
  readonly accent: Card["accent"];
}

/** The language, theme and accent of an answer: a private one is in the user's language, others are as the guild's. */
export function lookOf(context: CommandContext, interaction: Answerable, isPrivate: boolean): Look {
  const { guildId, guildLocale, locale } = interaction;
  const look = guildLook(context, guildId, guildLocale ?? locale);
  return isPrivate ? { ...look, words: wordsFor(interaction) } : look;
}

/** What the guild chose, or the plugin's options. @param locale what the guild told Discord, where nobody chose another */
export function guildLook(context: CommandContext, guildId: Snowflake, locale: string): Look {
  const settings = context.settingsOf(guildId);
  return {
    words: translatorFor(settings.locale ?? context.locale ?? locale),
    theme: settings.theme ?? context.theme,
    accent: settings.accent ?? context.accent,
  };
}
