import { IntlMessageFormat } from "intl-messageformat";
import type { Catalogue, MessageArguments, MessageKey } from "./catalogue.ts";
import { en } from "./locales/en.ts";

/** Discord's locales, and those that are a language's own: https://discord.com/developers/docs/reference#locales */
const CATALOGUES: Readonly<Record<string, Catalogue>> = { en };

/** The BCP 47 tags of the languages that GuildStats speaks. */
export const LANGUAGES: readonly string[] = Object.keys(CATALOGUES);

/** One language's words. */
export interface Translator {
  /** BCP 47 tag: the region that was asked for is kept, since numbers and dates differ by it. */
  readonly locale: string;
  readonly direction: "ltr" | "rtl";
  /** @param given by name: text as it is to be shown, and the number that a plural is chosen by */
  say<Key extends MessageKey>(key: Key, ...given: Given<Key>): string;
}

type Given<Key extends MessageKey> = keyof MessageArguments<Key> extends never ? [] : [MessageArguments<Key>];

const translators = new Map<string, Translator>();
/** Locales come from Discord, but may be forged. */
const MAX_TRANSLATORS = 200;

/** The words for a BCP 47 tag: its own, its language's, or English. Never mixes two languages. */
export function translatorFor(tag: string): Translator {
  const known = translators.get(tag);
  if (known) return known;
  const language = languageOf(tag);
  const locale = language === null ? "en" : tag;
  const messages = CATALOGUES[language ?? "en"] ?? en;
  const compiled = new Map<MessageKey, IntlMessageFormat>();
  const translator: Translator = {
    locale,
    direction: /^(?:ar|he|fa|ur)\b/.test(locale) ? "rtl" : "ltr",
    say: (key, ...[given]) => {
      let message = compiled.get(key);
      if (message === undefined) {
        message = new IntlMessageFormat(messages[key], locale, undefined, { ignoreTag: true });
        compiled.set(key, message);
      }
      return String(message.format(given));
    },
  };
  if (translators.size >= MAX_TRANSLATORS) translators.clear();
  translators.set(tag, translator);
  return translator;
}

/** The catalogue's own tag for a tag that Intl accepts; `null`: not spoken here. */
function languageOf(tag: string): string | null {
  try {
    const { language, script, region } = new Intl.Locale(tag).maximize();
    const candidates = [tag, `${language}-${region}`, `${language}-${script}`, language];
    return candidates.find((candidate) => Object.hasOwn(CATALOGUES, candidate)) ?? null;
  } catch {
    return null;
  }
}
