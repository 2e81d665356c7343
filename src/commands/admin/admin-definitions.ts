import {
  type ApplicationCommandOptionAllowedChannelTypes,
  ChannelType,
  type SlashCommandBuilder,
  type SlashCommandStringOption,
  type SlashCommandSubcommandBuilder,
  type SlashCommandSubcommandGroupBuilder,
} from "discord.js";
import { PERIODS } from "../../period.ts";
import { SERVER_CARDS } from "../../server-card.ts";
import type { PostTiming } from "../../store/scheduled-post.ts";
import { THEME_NAMES } from "../../theme-name.ts";
import { VISIBILITIES } from "../../visibility.ts";
import { CHANNEL_TYPES, withFilter } from "../cards/view-definitions.ts";
import { choice, type DescriptionKey, explained, type NameKey, named, weekdayChoice } from "../localised.ts";

/** Channels that are no threads. */
const LASTING_CHANNELS = [
  ChannelType.GuildText,
  ChannelType.GuildAnnouncement,
  ChannelType.GuildForum,
  ChannelType.GuildVoice,
  ChannelType.GuildStageVoice,
] as const satisfies readonly ApplicationCommandOptionAllowedChannelTypes[];

/** Channels whose messages are not all in threads. */
const WRITTEN_CHANNELS = [
  ChannelType.GuildText,
  ChannelType.GuildAnnouncement,
  ChannelType.GuildVoice,
  ChannelType.GuildStageVoice,
] as const satisfies readonly ApplicationCommandOptionAllowedChannelTypes[];

/** How often a card comes by itself. */
export const EVERY = ["day", "week", "month", "refresh"] as const satisfies readonly PostTiming["every"][];

/** Weekdays as an option has them, Monday first. */
export const WEEKDAYS = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
] as const;

/** What stands for "as the bot has it" where a setting is typed or picked. */
export const DEFAULT = "default";

type Options = (subcommand: SlashCommandSubcommandBuilder) => void;
type SubcommandKey =
  Extract<NameKey, `command.admin-${string}`> extends `command.${infer Key}.name` ? Key : never;

/** The subcommands of who manages the server, the import of the past apart. */
export function addAdminCommands(command: SlashCommandBuilder): void {
  const add = (key: SubcommandKey, ...options: readonly Options[]): void => {
    command.addSubcommand((subcommand) => made(subcommand, key, options));
  };
  const addGroup = (
    key: SubcommandKey,
    subcommands: readonly (readonly [SubcommandKey, ...Options[]])[],
  ): void => {
    command.addSubcommandGroup((group: SlashCommandSubcommandGroupBuilder) => {
      explained(named(group, `command.${key}.name`), `command.${key}.description`);
      for (const [name, ...options] of subcommands)
        group.addSubcommand((subcommand) => made(subcommand, name, options));
      return group;
    });
  };
  add("admin-enable");
  add("admin-disable");
  addGroup("admin-ignore", [
    ["admin-ignore-channel", channel("option.admin-ignore-channel.description", CHANNEL_TYPES)],
    ["admin-ignore-category", category],
    ["admin-ignore-role", role],
    ["admin-ignore-activity", suggested("option.activity.name", "option.admin-activity.description", 128)],
  ]);
  addGroup("admin-unignore", [
    ["admin-unignore-channel", suggested("option.channel.name", "option.admin-ignored.description")],
    ["admin-unignore-category", suggested("option.category.name", "option.admin-ignored.description")],
    ["admin-unignore-role", suggested("option.role.name", "option.admin-ignored.description")],
    ["admin-unignore-activity", suggested("option.activity.name", "option.admin-ignored.description", 128)],
  ]);
  add("admin-ignored");
  addGroup("admin-settings", [
    ["admin-show"],
    ["admin-time-zone", suggested("option.admin-zone.name", "option.admin-zone.description")],
    ["admin-language", suggested("option.admin-language.name", "option.admin-language.description")],
    ["admin-theme", theme],
    ["admin-accent", suggested("option.admin-colour.name", "option.admin-colour.description")],
    ["admin-period", period],
    ["admin-voice"],
    ["admin-members", visibility],
    ["admin-private", isPrivate],
    ["admin-reset"],
  ]);
  addGroup("admin-channels", [
    ["admin-channels-add", channel("option.admin-channels-add.description", LASTING_CHANNELS)],
    ["admin-channels-remove", channel("option.admin-channels-remove.description", LASTING_CHANNELS)],
    ["admin-channels-clear"],
  ]);
  addGroup("admin-schedule", [
    [
      "admin-schedule-add",
      every,
      channel("option.admin-schedule-channel.description", WRITTEN_CHANNELS),
      card,
      number("option.admin-hour.name", "option.admin-hour.description", 0, 23),
      weekday,
      number("option.admin-day.name", "option.admin-day.description", 1, 31),
      postPeriod,
      withFilter,
    ],
    ["admin-schedule-list"],
    ["admin-schedule-remove", suggested("option.admin-post.name", "option.admin-post.description")],
  ]);
  addGroup("admin-purge", [
    ["admin-purge-messages"],
    ["admin-purge-voice"],
    ["admin-purge-activities"],
    ["admin-purge-departed"],
    ["admin-purge-everything"],
  ]);
  add(
    "admin-merge",
    suggested("option.admin-from.name", "option.admin-from.description"),
    channel("option.admin-into.description", LASTING_CHANNELS, "option.admin-into.name"),
  );
}

function made(
  subcommand: SlashCommandSubcommandBuilder,
  key: SubcommandKey,
  options: readonly Options[],
): SlashCommandSubcommandBuilder {
  explained(named(subcommand, `command.${key}.name`), `command.${key}.description`);
  for (const add of options) add(subcommand);
  return subcommand;
}

function channel(
  description: DescriptionKey,
  types: readonly ApplicationCommandOptionAllowedChannelTypes[],
  name: NameKey = "option.channel.name",
): Options {
  return (subcommand) =>
    subcommand.addChannelOption((option) =>
      explained(named(option, name), description)
        .addChannelTypes(...types)
        .setRequired(true),
    );
}

function category(subcommand: SlashCommandSubcommandBuilder): void {
  subcommand.addChannelOption((option) =>
    explained(named(option, "option.category.name"), "option.category.description")
      .addChannelTypes(ChannelType.GuildCategory)
      .setRequired(true),
  );
}

function role(subcommand: SlashCommandSubcommandBuilder): void {
  subcommand.addRoleOption((option) =>
    explained(named(option, "option.role.name"), "option.role.description").setRequired(true),
  );
}

/** A text for which suggestions come while it is typed. */
function suggested(name: NameKey, description: DescriptionKey, length = 100): Options {
  return text(name, description, (option) => option.setAutocomplete(true).setMaxLength(length));
}

function text(
  name: NameKey,
  description: DescriptionKey,
  finish: (option: SlashCommandStringOption) => SlashCommandStringOption,
): Options {
  return (subcommand) =>
    subcommand.addStringOption((option) =>
      finish(explained(named(option, name), description).setRequired(true)),
    );
}

const every = text("option.admin-every.name", "option.admin-every.description", (option) =>
  option.addChoices(EVERY.map((name) => choice(name, `choice.admin-every-${name}`))),
);

const card = text("option.admin-card.name", "option.admin-card.description", (option) =>
  option.addChoices(SERVER_CARDS.map((name) => choice(name, `view.${name}`))),
);

/** A whole number that may be left out. */
function number(name: NameKey, description: DescriptionKey, least: number, most: number): Options {
  return (subcommand) =>
    subcommand.addIntegerOption((option) =>
      explained(named(option, name), description).setMinValue(least).setMaxValue(most),
    );
}

function weekday(subcommand: SlashCommandSubcommandBuilder): void {
  subcommand.addStringOption((option) =>
    explained(named(option, "option.admin-weekday.name"), "option.admin-weekday.description").addChoices(
      WEEKDAYS.map(weekdayChoice),
    ),
  );
}

function postPeriod(subcommand: SlashCommandSubcommandBuilder): void {
  subcommand.addStringOption((option) =>
    explained(named(option, "option.period.name"), "option.admin-schedule-period.description").addChoices(
      PERIODS.map((name) => choice(name, `choice.${name}`)),
    ),
  );
}

const theme = text("option.admin-theme.name", "option.admin-theme.description", (option) =>
  option.addChoices(
    ...THEME_NAMES.map((name) => choice(name, `choice.admin-theme-${name}`)),
    choice(DEFAULT, "choice.admin-default"),
  ),
);

const period = text("option.period.name", "option.admin-period.description", (option) =>
  option.addChoices(
    ...PERIODS.map((name) => choice(name, `choice.${name}`)),
    choice(DEFAULT, "choice.admin-default"),
  ),
);

const visibility = text("option.admin-who.name", "option.admin-who.description", (option) =>
  option.addChoices(...VISIBILITIES.map((name) => choice(name, `choice.admin-${name}`))),
);

function isPrivate(subcommand: SlashCommandSubcommandBuilder): void {
  subcommand.addBooleanOption((option) =>
    explained(named(option, "option.private.name"), "option.admin-private.description").setRequired(true),
  );
}
