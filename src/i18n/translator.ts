import { IntlMessageFormat } from "intl-messageformat";
import { LRUCache } from "lru-cache";
import type { Catalogue, MessageArguments, MessageKey } from "./catalogue.ts";
import { type Language, spokenAs } from "./languages.ts";
import { de } from "./locales/de.ts";
import { en } from "./locales/en.ts";
import { fr } from "./locales/fr.ts";
import { zhHans } from "./locales/zh-Hans.ts";
import { zhHant } from "./locales/zh-Hant.ts";

/**
 * All are loaded at once: 15 of them take some 15 ms and 0.7 MB, and answers need not wait. A language that is not
 * here yet is not spoken: English stands in for all of it.
 */
export const CATALOGUES: Readonly<Partial<Record<Language, Catalogue>>> = {
  en,
  fr,
  de,
  "zh-Hans": zhHans,
  "zh-Hant": zhHant,
};

/** One language's words. */
export interface Translator {
  readonly language: Language;
  /** BCP 47 tag: the region that was asked for is kept, since numbers and dates differ by it. */
  readonly locale: string;
  readonly direction: "ltr" | "rtl";
  /** @param given by name: text as it is to be shown, and the number that a plural is chosen by */
  say<Key extends MessageKey>(key: Key, ...given: Given<Key>): string;
}

type Given<Key extends MessageKey> = keyof MessageArguments<Key> extends never ? [] : [MessageArguments<Key>];

/** Locales come from Discord, but may be forged. */
const translators = new LRUCache<string, Translator>({ max: 200 });

/** The words for a BCP 47 tag: its language's and script's, or English. Never mixes two languages. */
export function translatorFor(tag: string): Translator {
  const known = translators.get(tag);
  if (known) return known;
  const made = translator(tag);
  translators.set(tag, made);
  return made;
}

function translator(tag: string): Translator {
  const spoken = spokenAs(tag);
  const messages = spoken && CATALOGUES[spoken.language];
  if (!messages) return translator("en");
  const { language, locale } = spoken;
  const compiled = new Map<MessageKey, IntlMessageFormat>();
  return {
    language,
    locale,
    direction: language === "ar" ? "rtl" : "ltr",
    say: (key, ...[given]) => {
      let message = compiled.get(key);
      if (message === undefined) {
        message = new IntlMessageFormat(messages[key], locale, undefined, { ignoreTag: true });
        compiled.set(key, message);
      }
      return String(message.format(given)).replace(TWO_PERIODS, ".");
    },
  };
}

/** An abbreviation's period, "20 Min.", ends the sentence as well. */
const TWO_PERIODS = /(?<=\p{L})\.\.(?=\s|$)/gu;
