/**
 * The languages that GuildStats speaks, by BCP 47 tag, each with the codes under which Discord knows it: its commands
 * are shown in the language of those. Discord has no Arabic; a server may choose it all the same.
 * https://discord.com/developers/docs/reference#locales
 */
const DISCORD_LOCALES = {
  en: ["en-US", "en-GB"],
  fr: ["fr"],
  de: ["de"],
  es: ["es-ES", "es-419"],
  "pt-BR": ["pt-BR"],
  it: ["it"],
  pl: ["pl"],
  tr: ["tr"],
  ru: ["ru"],
  uk: ["uk"],
  ja: ["ja"],
  ko: ["ko"],
  "zh-Hans": ["zh-CN"],
  "zh-Hant": ["zh-TW"],
  hi: ["hi"],
  ar: [],
} as const;

export type Language = keyof typeof DISCORD_LOCALES;
export type DiscordLocale = (typeof DISCORD_LOCALES)[Language][number];

/** English first. */
export const LANGUAGES: readonly Language[] = [
  "en",
  "fr",
  "de",
  "es",
  "pt-BR",
  "it",
  "pl",
  "tr",
  "ru",
  "uk",
  "ja",
  "ko",
  "zh-Hans",
  "zh-Hant",
  "hi",
  "ar",
];

/** Discord's own codes for a language; none for Arabic. */
export function discordLocales(language: Language): readonly DiscordLocale[] {
  return DISCORD_LOCALES[language];
}

/** Languages are told apart by script, not by region: Hong Kong reads what Taiwan reads. */
const BY_SCRIPT: ReadonlyMap<string, Language> = new Map(
  LANGUAGES.map((language) => [scriptOf(new Intl.Locale(language)), language]),
);

function scriptOf(locale: Intl.Locale): string {
  const { language, script } = locale.maximize();
  return `${language}-${script}`;
}

/** A language for a BCP 47 tag, and the locale in which its numbers and dates are written. */
export interface Spoken {
  readonly language: Language;
  readonly locale: string;
}

/**
 * How a BCP 47 tag is spoken here; `null`: not at all. The region stays, since numbers and dates differ by it. Digits
 * are 0 to 9 and days are Gregorian in all languages, as Discord itself shows them.
 */
export function spokenAs(tag: string): Spoken | null {
  try {
    const asked = new Intl.Locale(tag);
    const language = BY_SCRIPT.get(scriptOf(asked));
    if (language === undefined) return null;
    const { numberingSystem, calendar } = new Intl.DateTimeFormat(asked.baseName).resolvedOptions();
    const isPlain = numberingSystem === "latn" && calendar === "gregory";
    return { language, locale: isPlain ? asked.baseName : `${asked.baseName}-u-ca-gregory-nu-latn` };
  } catch {
    return null;
  }
}
