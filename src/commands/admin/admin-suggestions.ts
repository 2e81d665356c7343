import type { AutocompleteInteraction } from "discord.js";
import { shortened } from "../../cards/shortened.ts";
import { formatDuration, formatNumber } from "../../i18n/format.ts";
import { LANGUAGES } from "../../i18n/languages.ts";
import type { Translator } from "../../i18n/translator.ts";
import { suggestions as activities } from "../cards/activity-choice.ts";
import { type CommandContext, wordsFor } from "../context.ts";
import { mayManage, seenName } from "../permissions.ts";
import { cardWords, timingWords } from "../posts/post-words.ts";
import { DEFAULT } from "./admin-definitions.ts";
import { type Ignorable, ignoredOf, isIgnorable, knowNames, plainName } from "./ignoring.ts";
import { deleted, deletedName } from "./merge-command.ts";
import { hexColour, ownName, SETTINGS } from "./settings.ts";
import { localTime, timeZonesLike } from "./time-zones.ts";

/** Discord's bounds of what is suggested (API reference, "Autocomplete"). */
const MOST_CHOICES = 25;
const LONGEST_CHOICE = 100;

interface Suggestion {
  readonly name: string;
  readonly value: string;
}
type Asked = AutocompleteInteraction<"cached">;

/** Suggestions for an admin's options; nothing for who may not use them, nor when the store fails. */
export async function suggestToAdmin(context: CommandContext, interaction: Asked): Promise<void> {
  let found: readonly Suggestion[] = [];
  try {
    if (mayManage(interaction)) found = await suggestionsFor(context, interaction);
  } catch (thrown) {
    // A suggestion is no place to say so.
    context.failed(thrown);
  }
  const fitting = found.slice(0, MOST_CHOICES).map(({ name, value }) => ({
    name: shortened(name, LONGEST_CHOICE),
    value,
  }));
  await interaction.respond(fitting);
}

async function suggestionsFor(context: CommandContext, interaction: Asked): Promise<readonly Suggestion[]> {
  const group = interaction.options.getSubcommandGroup(false);
  const subcommand = interaction.options.getSubcommand(false);
  const typed = interaction.options.getFocused();
  if (group === "ignore" && subcommand === "activity") {
    const names = context.countsActivities ? await context.queries.activityNames(interaction.guildId) : [];
    return activities(names, typed);
  }
  if (group === "unignore" && isIgnorable(subcommand)) {
    await knowNames(context, interaction.guildId);
    return ignored(context, interaction, subcommand, typed);
  }
  if (group === null && subcommand === "merge") return await deletedChannels(context, interaction, typed);
  const words = wordsFor(interaction);
  if (group === "schedule" && subcommand === "remove") return posts(context, interaction, words, typed);
  if (group !== "settings") return [];
  switch (subcommand) {
    case "time-zone":
      return timeZones(context, words, typed);
    case "language":
      return languages(context, words, typed);
    case "accent":
      return colours(words, typed);
    default:
      return [];
  }
}

function posts(
  { schedule }: CommandContext,
  { guild, member }: Asked,
  words: Translator,
  typed: string,
): readonly Suggestion[] {
  return schedule
    .list(guild.id)
    .map((post): Suggestion => {
      const channel = `#${seenName(guild, member, post.channelId) ?? post.channelId}`;
      const parts = [cardWords(post, words), timingWords(post.timing, words), channel];
      return { name: `${post.id}. ${parts.join(" · ")}`, value: String(post.id) };
    })
    .filter((each) => like(each, typed));
}

function like({ name, value }: Suggestion, typed: string): boolean {
  const sought = typed.trim().toLocaleLowerCase();
  return name.toLocaleLowerCase().includes(sought) || value.toLowerCase().includes(sought);
}

function ignored(
  context: CommandContext,
  interaction: Asked,
  kind: Ignorable,
  typed: string,
): readonly Suggestion[] {
  const ids = ignoredOf(context.settingsOf(interaction.guildId), kind);
  if (kind === "activity") return activities(ids, typed);
  const { say } = wordsFor(interaction);
  const { channels, roles } = interaction.guild;
  return ids
    .map((id): Suggestion => {
      const name = plainName(context, interaction, kind, id);
      const shown = `${kind === "channel" && name !== null ? "#" : ""}${name ?? id}`;
      const exists = kind === "role" ? roles.cache.has(id) : channels.cache.has(id);
      return { name: exists ? shown : say("ignored.gone", { name: shown }), value: id };
    })
    .filter((each) => like(each, typed));
}

async function deletedChannels(
  context: CommandContext,
  interaction: Asked,
  typed: string,
): Promise<readonly Suggestion[]> {
  if (interaction.options.getFocused(true).name !== "from") return [];
  const words = wordsFor(interaction);
  const counted = await context.administration.countedChannels(interaction.guildId);
  return deleted(counted, interaction)
    .map((channel): Suggestion => {
      const name = words.say("merge.choice", {
        name: deletedName(channel, words),
        messages: formatNumber(channel.messages, words.locale),
        voice: formatDuration(channel.voiceMs, words.locale),
      });
      return { name, value: channel.id };
    })
    .filter((each) => like(each, typed));
}

/** The default comes first, as long as nothing else is being typed. */
function withDefault(words: Translator, typed: string, found: readonly Suggestion[]): readonly Suggestion[] {
  const byDefault = { name: words.say("choice.admin-default"), value: DEFAULT };
  return like(byDefault, typed) ? [byDefault, ...found] : found;
}

function timeZones({ clock }: CommandContext, words: Translator, typed: string): readonly Suggestion[] {
  const found = timeZonesLike(typed)
    .slice(0, MOST_CHOICES)
    .map((zone): Suggestion => {
      const time = localTime(zone, clock.nowMs(), words.locale);
      return { name: words.say("settings.zone", { zone, time }), value: zone };
    });
  return withDefault(words, typed, found);
}

function languages(context: CommandContext, words: Translator, typed: string): readonly Suggestion[] {
  const inWordsOfReader = new Intl.DisplayNames(words.locale, { type: "language" });
  const key = context.locale === null ? "settings.language.discord" : "choice.admin-default";
  const byDiscord = { name: words.say(key), value: DEFAULT };
  const sought = typed.trim().toLocaleLowerCase();
  return [
    ...(like(byDiscord, typed) ? [byDiscord] : []),
    ...LANGUAGES.filter((language) =>
      [language, ownName(language), inWordsOfReader.of(language)].some((name) =>
        name?.toLocaleLowerCase().includes(sought),
      ),
    ).map((language) => ({ name: ownName(language), value: language })),
  ];
}

function colours(words: Translator, typed: string): readonly Suggestion[] {
  const icon = { name: words.say("settings.accent.icon"), value: "icon" };
  const setting = SETTINGS.find(({ title }) => title === "settings.title.accent");
  const read = setting?.read(typed);
  const accent = typeof read === "object" ? read.accent : null;
  const found = typeof accent === "number" ? [hexColour(accent)] : [];
  return withDefault(words, typed, [
    ...(like(icon, typed) ? [icon] : []),
    ...found.map((colour) => ({ name: colour, value: colour })),
  ]);
}
