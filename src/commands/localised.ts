import type { APIApplicationCommandOptionChoice, LocalizationMap } from "discord.js";
import type { MessageKey } from "../i18n/catalogue.ts";
import { formatWeekday } from "../i18n/format.ts";
import { discordLocales, LANGUAGES } from "../i18n/languages.ts";
import { translatorFor } from "../i18n/translator.ts";

/** What Discord shows of a command or an option, by key. */
export type NameKey = Extract<MessageKey, `${"command" | "option"}.${string}.name` | `menu.${string}`>;
export type DescriptionKey = Extract<MessageKey, `${"command" | "option"}.${string}.description`>;
export type ChoiceKey = Extract<MessageKey, `${"choice" | "view"}.${string}`>;

/** A command, subcommand or option under construction. */
interface Described {
  setName(name: string): unknown;
  setNameLocalizations(names: LocalizationMap): unknown;
  setDescription(description: string): unknown;
  setDescriptionLocalizations(descriptions: LocalizationMap): unknown;
}

const ENGLISH = translatorFor("en");

/** Discord's locales that are spoken here, English apart: one language may have several, such as Spanish, or none. */
const SPOKEN = LANGUAGES.filter((language) => language !== "en")
  .flatMap(discordLocales)
  .map((locale) => [locale, translatorFor(locale)] as const);

/** The name by which Discord tells of a command or option, whatever the user's language. */
export function typedName(key: NameKey): string {
  return ENGLISH.say(key);
}

/** Names in all languages that Discord has and GuildStats speaks. */
export function named<D extends Pick<Described, "setName" | "setNameLocalizations">>(
  described: D,
  key: NameKey,
): D {
  described.setName(ENGLISH.say(key));
  described.setNameLocalizations(inAllLanguages(key));
  return described;
}

/** Descriptions in all of them. */
export function explained<D extends Pick<Described, "setDescription" | "setDescriptionLocalizations">>(
  described: D,
  key: DescriptionKey,
): D {
  described.setDescription(ENGLISH.say(key));
  described.setDescriptionLocalizations(inAllLanguages(key));
  return described;
}

/** One of the values that an option may have. */
export function choice(value: string, key: ChoiceKey): APIApplicationCommandOptionChoice<string> {
  return { value, name: ENGLISH.say(key), name_localizations: inAllLanguages(key) };
}

/** A weekday as a value, 0 for Monday. */
export function weekdayChoice(value: string, weekday: number): APIApplicationCommandOptionChoice<string> {
  const inLanguages = SPOKEN.map(([locale]) => [locale, formatWeekday(weekday, locale, "long")]);
  return {
    value,
    name: formatWeekday(weekday, ENGLISH.locale, "long"),
    name_localizations: Object.fromEntries(inLanguages),
  };
}

function inAllLanguages(key: NameKey | DescriptionKey | ChoiceKey): LocalizationMap {
  return Object.fromEntries(SPOKEN.map(([locale, { say }]) => [locale, say(key)]));
}
