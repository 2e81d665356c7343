import { LRUCache } from "lru-cache";
import type { Catalogue, MessageArguments, MessageKey } from "./catalogue.ts";
import { type Language, spokenAs } from "./languages.ts";
import { ar } from "./locales/ar.ts";
import { de } from "./locales/de.ts";
import { en } from "./locales/en.ts";
import { es } from "./locales/es.ts";
import { fr } from "./locales/fr.ts";
import { hi } from "./locales/hi.ts";
import { it } from "./locales/it.ts";
import { ja } from "./locales/ja.ts";
import { ko } from "./locales/ko.ts";
import { pl } from "./locales/pl.ts";
import { ptBR } from "./locales/pt-BR.ts";
import { ru } from "./locales/ru.ts";
import { tr } from "./locales/tr.ts";
import { uk } from "./locales/uk.ts";
import { zhHans } from "./locales/zh-Hans.ts";
import { zhHant } from "./locales/zh-Hant.ts";
import { type MessageWriter, writerOf } from "./message.ts";

/**
 * All are loaded at once: they take some 15 ms and 0.7 MB, and answers need not wait.
 */
export const CATALOGUES: Readonly<Record<Language, Catalogue>> = {
  en,
  fr,
  de,
  es,
  "pt-BR": ptBR,
  it,
  pl,
  tr,
  ru,
  uk,
  ja,
  ko,
  "zh-Hans": zhHans,
  "zh-Hant": zhHant,
  hi,
  ar,
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
  if (spoken === null) return translator("en");
  const { language, locale } = spoken;
  const messages = CATALOGUES[language];
  const rules = new Intl.PluralRules(locale);
  const compiled = new Map<MessageKey, MessageWriter>();
  return {
    language,
    locale,
    direction: language === "ar" ? "rtl" : "ltr",
    say: (key, ...[given]) => {
      let write = compiled.get(key);
      if (write === undefined) {
        write = writerOf(messages[key], locale, rules);
        compiled.set(key, write);
      }
      const text = write(given ?? {});
      // Nearly none has two: to look for them everywhere took a quarter of the time in which a card is made.
      return text.includes("..") && !isGivenTwo(given) ? text.replace(TWO_PERIODS, ".") : text;
    },
  };
}

/** An abbreviation's period, "20 Min.", ends the sentence as well. */
const TWO_PERIODS = /(?<=\p{L})\.\.(?=\s|$)/gu;

/** Whether somebody, or something, has two in its name. */
function isGivenTwo(given: Readonly<Record<string, string | number>> = {}): boolean {
  return Object.values(given).some((value) => typeof value === "string" && value.includes(".."));
}
