import {
  ApplicationIntegrationType,
  ChannelType,
  InteractionContextType,
  PermissionFlagsBits,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
  SlashCommandBuilder,
  type SlashCommandStringOption,
  type SlashCommandSubcommandBuilder,
} from "discord.js";
import { messagesFor } from "../i18n/translator.ts";

export const MEMBER_COMMAND = "guildstats";
export const ADMIN_COMMAND = "guildstats-admin";
export const OWNER_COMMAND = "guildstats-owner";

/** Channels that can hold counts. */
const CHANNEL_TYPES = [
  ChannelType.GuildText,
  ChannelType.GuildAnnouncement,
  ChannelType.GuildForum,
  ChannelType.GuildVoice,
  ChannelType.GuildStageVoice,
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
  ChannelType.AnnouncementThread,
] as const;

/** The slash commands as Discord takes them, for bots that register their own. */
export function commandDefinitions(): readonly RESTPostAPIChatInputApplicationCommandsJSONBody[] {
  return [memberCommand().toJSON(), adminCommand().toJSON(), ownerCommand().toJSON()];
}

function memberCommand(): SlashCommandBuilder {
  const { commands: say } = messagesFor("en");
  const command = inGuilds(MEMBER_COMMAND, say.guildstats);
  const view = (
    name: string,
    description: string,
    first: (subcommand: SlashCommandSubcommandBuilder) => void = () => undefined,
  ): void => {
    command.addSubcommand((subcommand) => {
      subcommand.setName(name).setDescription(description);
      // Discord wants required options first.
      first(subcommand);
      return withViewOptions(subcommand);
    });
  };
  view("server", say.server);
  view("member", say.member, (subcommand) =>
    subcommand.addUserOption((option) => option.setName("member").setDescription(say.memberOption)),
  );
  view("channel", say.channel, (subcommand) =>
    subcommand.addChannelOption((option) =>
      option
        .setName("channel")
        .setDescription(say.channelOption)
        .addChannelTypes(...CHANNEL_TYPES),
    ),
  );
  view("messages", say.messages);
  view("voice", say.voice);
  view("top", say.top, (subcommand) =>
    subcommand
      .addStringOption((option) =>
        option
          .setName("metric")
          .setDescription(say.metricOption)
          .setRequired(true)
          .addChoices(
            { name: say.choiceMessages, value: "messages" },
            { name: say.choiceVoice, value: "voice" },
          ),
      )
      .addStringOption((option) =>
        option
          .setName("of")
          .setDescription(say.ofOption)
          .setRequired(true)
          .addChoices(
            { name: say.choiceMembers, value: "members" },
            { name: say.choiceChannels, value: "channels" },
          ),
      ),
  );
  command.addSubcommand((subcommand) => subcommand.setName("ignoreme").setDescription(say.ignoreme));
  return command;
}

function adminCommand(): SlashCommandBuilder {
  const { commands: say } = messagesFor("en");
  const command = inGuilds(ADMIN_COMMAND, say.admin);
  // Hidden from members unless an admin decides otherwise; who manages the server is checked at each call.
  command.setDefaultMemberPermissions(PermissionFlagsBits.ManageGuild);
  const date = (name: string, description: string) => (option: SlashCommandStringOption) =>
    option.setName(name).setDescription(description).setMinLength(10).setMaxLength(10);
  command.addSubcommand((subcommand) =>
    subcommand
      .setName("backfill")
      .setDescription(say.backfill)
      .addChannelOption((option) =>
        option
          .setName("channel")
          .setDescription(say.backfillChannelOption)
          .addChannelTypes(...CHANNEL_TYPES),
      )
      .addStringOption(date("since", say.sinceOption))
      .addStringOption(date("until", say.untilOption)),
  );
  return command;
}

function ownerCommand(): SlashCommandBuilder {
  const { commands: say } = messagesFor("en");
  const command = inGuilds(OWNER_COMMAND, say.owner);
  // Hidden from members; who the owner is, is checked at each call.
  command.setDefaultMemberPermissions(PermissionFlagsBits.Administrator);
  command.addSubcommand((subcommand) =>
    subcommand
      .setName("forget")
      .setDescription(say.forget)
      .addUserOption((option) => option.setName("user").setDescription(say.userOption).setRequired(true)),
  );
  return command;
}

function inGuilds(name: string, description: string): SlashCommandBuilder {
  return new SlashCommandBuilder()
    .setName(name)
    .setDescription(description)
    .setContexts(InteractionContextType.Guild)
    .setIntegrationTypes(ApplicationIntegrationType.GuildInstall);
}

function withViewOptions(subcommand: SlashCommandSubcommandBuilder): SlashCommandSubcommandBuilder {
  const { commands: say } = messagesFor("en");
  return subcommand
    .addStringOption((option) =>
      option
        .setName("members")
        .setDescription(say.membersOption)
        .addChoices(
          { name: say.choiceHumans, value: "humans" },
          { name: say.choiceBots, value: "bots" },
          { name: say.choiceBoth, value: "both" },
        ),
    )
    .addStringOption((option) =>
      option
        .setName("period")
        .setDescription(say.periodOption)
        .addChoices(
          { name: say.choice24h, value: "24h" },
          { name: say.choice7d, value: "7d" },
          { name: say.choice30d, value: "30d" },
          { name: say.choiceLifetime, value: "lifetime" },
        ),
    )
    .addBooleanOption((option) => option.setName("graph").setDescription(say.graphOption))
    .addBooleanOption((option) => option.setName("private").setDescription(say.privateOption));
}
