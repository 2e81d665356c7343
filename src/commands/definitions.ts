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
import { translatorFor } from "../i18n/translator.ts";

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
  const { say } = translatorFor("en");
  const command = inGuilds(MEMBER_COMMAND, say("command.guildstats.description"));
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
  view("server", say("command.server.description"));
  view("member", say("command.member.description"), (subcommand) =>
    subcommand.addUserOption((option) =>
      option.setName("member").setDescription(say("option.member.description")),
    ),
  );
  view("channel", say("command.channel.description"), (subcommand) =>
    subcommand.addChannelOption((option) =>
      option
        .setName("channel")
        .setDescription(say("option.channel.description"))
        .addChannelTypes(...CHANNEL_TYPES),
    ),
  );
  view("messages", say("command.messages.description"));
  view("voice", say("command.voice.description"));
  view("top", say("command.top.description"), (subcommand) =>
    subcommand
      .addStringOption((option) =>
        option
          .setName("metric")
          .setDescription(say("option.metric.description"))
          .setRequired(true)
          .addChoices(
            { name: say("choice.messages"), value: "messages" },
            { name: say("choice.voice"), value: "voice" },
          ),
      )
      .addStringOption((option) =>
        option
          .setName("of")
          .setDescription(say("option.of.description"))
          .setRequired(true)
          .addChoices(
            { name: say("choice.members"), value: "members" },
            { name: say("choice.channels"), value: "channels" },
          ),
      ),
  );
  command.addSubcommand((subcommand) =>
    subcommand.setName("ignoreme").setDescription(say("command.ignoreme.description")),
  );
  return command;
}

function adminCommand(): SlashCommandBuilder {
  const { say } = translatorFor("en");
  const command = inGuilds(ADMIN_COMMAND, say("command.guildstats-admin.description"));
  // Hidden from members unless an admin decides otherwise; who manages the server is checked at each call.
  command.setDefaultMemberPermissions(PermissionFlagsBits.ManageGuild);
  const date = (name: string, description: string) => (option: SlashCommandStringOption) =>
    option.setName(name).setDescription(description).setMinLength(10).setMaxLength(10);
  command.addSubcommand((subcommand) =>
    subcommand
      .setName("backfill")
      .setDescription(say("command.backfill.description"))
      .addChannelOption((option) =>
        option
          .setName("channel")
          .setDescription(say("option.backfill-channel.description"))
          .addChannelTypes(...CHANNEL_TYPES),
      )
      .addStringOption(date("since", say("option.since.description")))
      .addStringOption(date("until", say("option.until.description"))),
  );
  return command;
}

function ownerCommand(): SlashCommandBuilder {
  const { say } = translatorFor("en");
  const command = inGuilds(OWNER_COMMAND, say("command.guildstats-owner.description"));
  // Hidden from members; who the owner is, is checked at each call.
  command.setDefaultMemberPermissions(PermissionFlagsBits.Administrator);
  command.addSubcommand((subcommand) =>
    subcommand
      .setName("forget")
      .setDescription(say("command.forget.description"))
      .addUserOption((option) =>
        option.setName("user").setDescription(say("option.user.description")).setRequired(true),
      ),
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
  const { say } = translatorFor("en");
  return subcommand
    .addStringOption((option) =>
      option
        .setName("members")
        .setDescription(say("option.members.description"))
        .addChoices(
          { name: say("choice.humans"), value: "humans" },
          { name: say("choice.bots"), value: "bots" },
          { name: say("choice.both"), value: "both" },
        ),
    )
    .addStringOption((option) =>
      option
        .setName("period")
        .setDescription(say("option.period.description"))
        .addChoices(
          { name: say("choice.24h"), value: "24h" },
          { name: say("choice.7d"), value: "7d" },
          { name: say("choice.30d"), value: "30d" },
          { name: say("choice.lifetime"), value: "lifetime" },
        ),
    )
    .addBooleanOption((option) => option.setName("graph").setDescription(say("option.graph.description")))
    .addBooleanOption((option) =>
      option.setName("private").setDescription(say("option.private.description")),
    );
}
