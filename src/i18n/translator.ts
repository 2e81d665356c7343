import { cards } from "./locales/en/cards.ts";
import { commands } from "./locales/en/commands.ts";

/** Everything that GuildStats says, in one language; English decides which keys there are. */
export interface Messages {
  readonly cards: typeof cards;
  readonly commands: typeof commands;
}

const en: Messages = Object.freeze({ cards, commands });
const LOCALES: Readonly<Record<string, Messages>> = { en };

/** The tag itself where its language is spoken here, else English: one card never mixes two languages. */
export function spokenLocale(locale: string): string {
  const [language = "en"] = locale.split("-");
  return locale in LOCALES || language in LOCALES ? locale : "en";
}

/** The words for a BCP 47 tag: its own, its language's, or English. */
export function messagesFor(locale: string): Messages {
  const [language = "en"] = locale.split("-");
  return LOCALES[locale] ?? LOCALES[language] ?? en;
}
