import {
  type ApplicationCommandOptionAllowedChannelTypes,
  ChannelType,
  type SlashCommandBuilder,
  type SlashCommandSubcommandBuilder,
} from "discord.js";
import { MEMBERS_FILTERS, METRICS, PERIODS, type Period, TOP_METRICS, TOP_OF } from "../../stats/views.ts";
import { choice, type DescriptionKey, explained, type NameKey, named } from "../localised.ts";
import { GROWTH_CHOICES } from "./card-views.ts";

/** Channels that can hold counts. */
export const CHANNEL_TYPES = [
  ChannelType.GuildText,
  ChannelType.GuildAnnouncement,
  ChannelType.GuildForum,
  ChannelType.GuildVoice,
  ChannelType.GuildStageVoice,
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
  ChannelType.AnnouncementThread,
] as const satisfies readonly ApplicationCommandOptionAllowedChannelTypes[];

/** Adds options to a subcommand. Discord wants the required ones first. */
type Options = (subcommand: SlashCommandSubcommandBuilder) => void;

/** The subcommands that answer with a card. */
export function addViewCommands(command: SlashCommandBuilder): void {
  const view = (name: NameKey, description: DescriptionKey, ...options: readonly Options[]): void => {
    command.addSubcommand((subcommand) => withOptions(subcommand, name, description, options));
  };
  const whole = [withPeriod, withFilter, withAnswer] as const;
  view("command.server.name", "command.server.description", ...whole);
  view(
    "command.member.name",
    "command.member.description",
    user("option.member.name", "option.member.description"),
    ...whole,
  );
  view("command.role.name", "command.role.description", withRole, ...whole);
  view(
    "command.channel.name",
    "command.channel.description",
    channel("option.channel.name", "option.channel.description"),
    ...whole,
  );
  view("command.category.name", "command.category.description", withCategory, ...whole);
  view("command.messages.name", "command.messages.description", ...whole);
  view("command.voice.name", "command.voice.description", ...whole);
  view(
    "command.activities.name",
    "command.activities.description",
    user("option.member.name", "option.activities-member.description"),
    ...whole,
  );
  view("command.activity.name", "command.activity.description", withActivity, ...whole);
  view("command.top.name", "command.top.description", withTopList, ...whole);
  view("command.growth.name", "command.growth.description", withGrowthPeriod, withAnswer);
  // A rhythm is of whole weeks.
  view("command.rhythm.name", "command.rhythm.description", withRhythmMetric, withFilter, withAnswer);
  command.addSubcommandGroup((group) =>
    explained(named(group, "command.compare.name"), "command.compare.description")
      .addSubcommand((subcommand) =>
        withOptions(subcommand, "command.compare-members.name", "command.compare-members.description", [
          user("option.first.name", "option.first-member.description", true),
          user("option.second.name", "option.second-member.description"),
          ...whole,
        ]),
      )
      .addSubcommand((subcommand) =>
        withOptions(subcommand, "command.compare-channels.name", "command.compare-channels.description", [
          channel("option.first.name", "option.first-channel.description", true),
          channel("option.second.name", "option.second-channel.description"),
          ...whole,
        ]),
      ),
  );
}

function withOptions(
  subcommand: SlashCommandSubcommandBuilder,
  name: NameKey,
  description: DescriptionKey,
  options: readonly Options[],
): SlashCommandSubcommandBuilder {
  explained(named(subcommand, name), description);
  for (const add of options) add(subcommand);
  return subcommand;
}

function user(name: NameKey, description: DescriptionKey, isRequired = false): Options {
  return (subcommand) =>
    subcommand.addUserOption((option) => explained(named(option, name), description).setRequired(isRequired));
}

function channel(name: NameKey, description: DescriptionKey, isRequired = false): Options {
  return (subcommand) =>
    subcommand.addChannelOption((option) =>
      explained(named(option, name), description)
        .addChannelTypes(...CHANNEL_TYPES)
        .setRequired(isRequired),
    );
}

function withRole(subcommand: SlashCommandSubcommandBuilder): void {
  subcommand.addRoleOption((option) =>
    explained(named(option, "option.role.name"), "option.role.description").setRequired(true),
  );
}

function withCategory(subcommand: SlashCommandSubcommandBuilder): void {
  subcommand.addChannelOption((option) =>
    explained(named(option, "option.category.name"), "option.category.description")
      .addChannelTypes(ChannelType.GuildCategory)
      .setRequired(true),
  );
}

function withActivity(subcommand: SlashCommandSubcommandBuilder): void {
  subcommand.addStringOption((option) =>
    explained(named(option, "option.activity.name"), "option.activity.description")
      // Discord's bound of an activity's name.
      .setMaxLength(128)
      .setRequired(true)
      .setAutocomplete(true),
  );
}

function withTopList(subcommand: SlashCommandSubcommandBuilder): void {
  subcommand
    .addStringOption((option) =>
      explained(named(option, "option.metric.name"), "option.metric.description")
        .setRequired(true)
        .addChoices(TOP_METRICS.map((metric) => choice(metric, `choice.${metric}`))),
    )
    .addStringOption((option) =>
      explained(named(option, "option.of.name"), "option.of.description")
        .setRequired(true)
        .addChoices(TOP_OF.map((of) => choice(of, `choice.${of}`))),
    );
}

function withRhythmMetric(subcommand: SlashCommandSubcommandBuilder): void {
  subcommand.addStringOption((option) =>
    explained(named(option, "option.metric.name"), "option.rhythm-metric.description").addChoices(
      METRICS.map((metric) => choice(metric, `choice.${metric}`)),
    ),
  );
}

function withPeriod(subcommand: SlashCommandSubcommandBuilder): void {
  withOneOf(PERIODS, subcommand);
}

/** Members come and go in periods of their own. */
function withGrowthPeriod(subcommand: SlashCommandSubcommandBuilder): void {
  withOneOf(GROWTH_CHOICES, subcommand);
}

function withOneOf(periods: readonly Period[], subcommand: SlashCommandSubcommandBuilder): void {
  subcommand.addStringOption((option) =>
    explained(named(option, "option.period.name"), "option.period.description").addChoices(
      periods.map((period) => choice(period, `choice.${period}`)),
    ),
  );
}

export function withFilter(subcommand: SlashCommandSubcommandBuilder): void {
  subcommand.addStringOption((option) =>
    explained(named(option, "option.members.name"), "option.members.description").addChoices(
      MEMBERS_FILTERS.map((filter) => choice(filter, `choice.${filter}`)),
    ),
  );
}

/** In which form the answer comes, and to whom. */
function withAnswer(subcommand: SlashCommandSubcommandBuilder): void {
  subcommand
    .addBooleanOption((option) => explained(named(option, "option.graph.name"), "option.graph.description"))
    .addBooleanOption((option) => explained(named(option, "option.text.name"), "option.text.description"))
    .addBooleanOption((option) =>
      explained(named(option, "option.private.name"), "option.private.description"),
    );
}
