import type { Guild } from "discord.js";
import type { MessageKey } from "../../i18n/catalogue.ts";
import { LANGUAGES, type Language, spokenAs } from "../../i18n/languages.ts";
import { type Translator, translatorFor } from "../../i18n/translator.ts";
import { PERIODS } from "../../period.ts";
import type { GuildSettings } from "../../store/store.ts";
import { THEME_NAMES } from "../../theme-name.ts";
import { VISIBILITIES } from "../../visibility.ts";
import { UNCOUNTED_BY_DEFAULT } from "../../voice-state.ts";
import type { CommandContext } from "../context.ts";
import type { NameKey } from "../localised.ts";
import { DEFAULT } from "./admin-definitions.ts";
import { localTime, timeZoneTyped } from "./time-zones.ts";

/** Where a setting is read, and in whose words. */
export interface Reading {
  readonly context: CommandContext;
  readonly guild: Guild;
  readonly words: Translator;
}

type SettingTitle = Extract<MessageKey, `settings.title.${string}`>;
type Mistake = Extract<MessageKey, `settings.bad.${string}`>;

/** One of the settings that are a value: how it is said, and what changes it. */
export interface Setting {
  readonly title: SettingTitle;
  /** Its subcommand among the settings, and the option there. */
  readonly command: NameKey;
  readonly option: NameKey;
  /** What else there is to know when it was changed. */
  readonly note: Extract<MessageKey, `settings.note.${string}`> | null;
  shown(settings: GuildSettings, reading: Reading): string;
  /** What is typed, or picked, to have what is so now. */
  typed(settings: GuildSettings, words: Translator): string;
  /** The change that someone typed, or what is wrong with it. */
  read(typed: unknown): Partial<GuildSettings> | Mistake;
}

const MOST_CHANNELS_SHOWN = 10;
const HEX_COLOUR = /^#?([0-9a-f]{6})$/i;

function text(typed: unknown): string {
  return typeof typed === "string" ? typed.trim() : "";
}

/** One of some values, or `null` for the default; `undefined`: neither. */
function oneOf<T extends string>(values: readonly T[], typed: unknown): T | null | undefined {
  return text(typed) === DEFAULT ? null : values.find((value) => value === text(typed));
}

function byDefault(isDefault: boolean, value: string, { say }: Translator): string {
  return isDefault ? say("settings.byDefault", { value }) : value;
}

/** A language's own name for itself. */
export function ownName(language: Language): string {
  const name = new Intl.DisplayNames(language, { type: "language", languageDisplay: "standard" }).of(
    language,
  );
  return name ?? language;
}

/** `#3366CC` */
export function hexColour(colour: number): string {
  return `#${colour.toString(16).padStart(6, "0").toUpperCase()}`;
}

function accentText(accent: GuildSettings["accent"], { say }: Translator): string {
  if (accent === "icon") return say("settings.accent.icon");
  return accent === null ? say("settings.accent.theme") : hexColour(accent);
}

/** The language that someone typed: its tag, its own name, or its English one. */
function languageTyped(typed: string): Language | null {
  const sought = typed.toLocaleLowerCase();
  const english = new Intl.DisplayNames("en", { type: "language" });
  const named = LANGUAGES.find((language) =>
    [language, ownName(language), english.of(language)].some((name) => name?.toLocaleLowerCase() === sought),
  );
  return named ?? spokenAs(typed)?.language ?? null;
}

export const SETTINGS: readonly Setting[] = [
  {
    title: "settings.title.timeZone",
    command: "command.admin-time-zone.name",
    option: "option.admin-zone.name",
    note: "settings.note.timeZone",
    shown: ({ timeZone }, { context, words }) => {
      const zone = timeZone ?? context.timeZone;
      const time = localTime(zone, context.clock.nowMs(), words.locale);
      return byDefault(timeZone === null, words.say("settings.zone", { zone, time }), words);
    },
    typed: ({ timeZone }) => timeZone ?? DEFAULT,
    read: (typed) => {
      if (text(typed) === DEFAULT) return { timeZone: null };
      const timeZone = timeZoneTyped(text(typed));
      return timeZone === null ? "settings.bad.timeZone" : { timeZone };
    },
  },
  {
    title: "settings.title.language",
    command: "command.admin-language.name",
    option: "option.admin-language.name",
    note: "settings.note.language",
    shown: ({ locale }, { context, guild, words }) => {
      const { language } = translatorFor(locale ?? context.locale ?? guild.preferredLocale);
      const value = ownName(language);
      const isDiscords = locale === null && context.locale === null;
      return isDiscords
        ? words.say("settings.asDiscord", { value })
        : byDefault(locale === null, value, words);
    },
    typed: ({ locale }) => locale ?? DEFAULT,
    read: (typed) => {
      if (text(typed) === DEFAULT) return { locale: null };
      const locale = languageTyped(text(typed));
      return locale === null ? "settings.bad.language" : { locale };
    },
  },
  {
    title: "settings.title.theme",
    command: "command.admin-theme.name",
    option: "option.admin-theme.name",
    note: "settings.note.look",
    shown: ({ theme }, { context, words }) =>
      byDefault(theme === null, words.say(`choice.admin-theme-${theme ?? context.theme}`), words),
    typed: ({ theme }, { say }) =>
      theme === null ? say("choice.admin-default") : say(`choice.admin-theme-${theme}`),
    read: (typed) => {
      const theme = oneOf(THEME_NAMES, typed);
      return theme === undefined ? "settings.bad.choice" : { theme };
    },
  },
  {
    title: "settings.title.accent",
    command: "command.admin-accent.name",
    option: "option.admin-colour.name",
    note: "settings.note.look",
    shown: ({ accent }, { context, words }) =>
      byDefault(accent === null, accentText(accent ?? context.accent, words), words),
    typed: ({ accent }) => (typeof accent === "number" ? hexColour(accent) : (accent ?? DEFAULT)),
    read: (typed) => {
      const asked = text(typed).toLowerCase();
      if (asked === DEFAULT) return { accent: null };
      if (asked === "icon") return { accent: "icon" };
      const [, hex] = HEX_COLOUR.exec(asked) ?? [];
      return hex === undefined ? "settings.bad.colour" : { accent: Number.parseInt(hex, 16) };
    },
  },
  {
    title: "settings.title.period",
    command: "command.admin-period.name",
    option: "option.period.name",
    note: null,
    shown: ({ defaultPeriod }, { words }) =>
      byDefault(defaultPeriod === null, words.say(`choice.${defaultPeriod ?? "30d"}`), words),
    typed: ({ defaultPeriod }, { say }) =>
      defaultPeriod === null ? say("choice.admin-default") : say(`choice.${defaultPeriod}`),
    read: (typed) => {
      const defaultPeriod = oneOf(PERIODS, typed);
      return defaultPeriod === undefined ? "settings.bad.choice" : { defaultPeriod };
    },
  },
  {
    title: "settings.title.members",
    command: "command.admin-members.name",
    option: "option.admin-who.name",
    note: "settings.note.members",
    shown: ({ visibility }, { words }) => words.say(`choice.admin-${visibility ?? "everyone"}`),
    typed: ({ visibility }, { say }) => say(`choice.admin-${visibility ?? "everyone"}`),
    read: (typed) => {
      const visibility = VISIBILITIES.find((value) => value === text(typed));
      return visibility === undefined ? "settings.bad.choice" : { visibility };
    },
  },
  {
    title: "settings.title.private",
    command: "command.admin-private.name",
    option: "option.private.name",
    note: "settings.note.private",
    shown: ({ privateByDefault }, { words }) => words.say(privateByDefault ? "settings.yes" : "settings.no"),
    typed: ({ privateByDefault }) => (privateByDefault ? "True" : "False"),
    read: (typed) => (typeof typed === "boolean" ? { privateByDefault: typed } : "settings.bad.choice"),
  },
];

/** What time in voice counts, in words. */
export function voiceText({ uncountedVoice }: GuildSettings, { words }: Reading): string {
  const states = uncountedVoice ?? UNCOUNTED_BY_DEFAULT;
  const named = states.map((state) => words.say(`voiceState.${state}`)).join(", ");
  const value =
    states.length === 0
      ? words.say("settings.voice.all")
      : words.say("settings.voice.except", { states: named });
  return byDefault(uncountedVoice === null, value, words);
}

/** Where members' commands are answered, in words. */
export function channelsText({ commandChannels }: GuildSettings, { guild, words }: Reading): string {
  const known = commandChannels.filter((id) => guild.channels.cache.has(id));
  if (known.length === 0) return words.say("settings.channels.all");
  const named = known.slice(0, MOST_CHANNELS_SHOWN).map((id) => `<#${id}>`);
  return [...named, ...(known.length > named.length ? ["…"] : [])].join(" ");
}
