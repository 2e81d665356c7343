import {
  ApplicationCommandType,
  ApplicationIntegrationType,
  ContextMenuCommandBuilder,
  InteractionContextType,
  PermissionFlagsBits,
  type RESTPostAPIApplicationCommandsJSONBody,
  SlashCommandBuilder,
  type SlashCommandStringOption,
} from "discord.js";
import { translatorFor } from "../i18n/translator.ts";
import { addAdminCommands } from "./admin/admin-definitions.ts";
import { addViewCommands, CHANNEL_TYPES } from "./cards/view-definitions.ts";
import { choice, type DescriptionKey, explained, named } from "./localised.ts";

export const MEMBER_COMMAND = "guildstats";
export const ADMIN_COMMAND = "guildstats-admin";
export const OWNER_COMMAND = "guildstats-owner";
/** Discord tells a command by its English name. */
export const MEMBER_MENU = translatorFor("en").say("menu.member");

/** The commands as Discord takes them, for bots that register their own. */
export function commandDefinitions(): readonly RESTPostAPIApplicationCommandsJSONBody[] {
  return [
    memberCommand().toJSON(),
    adminCommand().toJSON(),
    ownerCommand().toJSON(),
    memberMenuCommand().toJSON(),
  ];
}

/** What is in the menu of a member, under "Apps". */
function memberMenuCommand(): ContextMenuCommandBuilder {
  return named(new ContextMenuCommandBuilder(), "menu.member")
    .setType(ApplicationCommandType.User)
    .setContexts(InteractionContextType.Guild)
    .setIntegrationTypes(ApplicationIntegrationType.GuildInstall);
}

function memberCommand(): SlashCommandBuilder {
  const command = inGuilds(MEMBER_COMMAND, "command.guildstats.description");
  addViewCommands(command);
  command.addSubcommand((subcommand) =>
    explained(named(subcommand, "command.ignoreme.name"), "command.ignoreme.description"),
  );
  command.addSubcommand((subcommand) =>
    explained(named(subcommand, "command.mydata.name"), "command.mydata.description"),
  );
  command.addSubcommand((subcommand) =>
    explained(named(subcommand, "command.eraseme.name"), "command.eraseme.description"),
  );
  return command;
}

function adminCommand(): SlashCommandBuilder {
  const command = inGuilds(ADMIN_COMMAND, "command.guildstats-admin.description");
  // Hidden from members unless an admin decides otherwise; who manages the server is checked at each call.
  command.setDefaultMemberPermissions(PermissionFlagsBits.ManageGuild);
  addAdminCommands(command);
  const date = (option: SlashCommandStringOption) => option.setMinLength(10).setMaxLength(10);
  command.addSubcommand((subcommand) =>
    explained(named(subcommand, "command.backfill.name"), "command.backfill.description")
      .addChannelOption((option) =>
        explained(
          named(option, "option.channel.name"),
          "option.backfill-channel.description",
        ).addChannelTypes(...CHANNEL_TYPES),
      )
      .addStringOption((option) =>
        date(explained(named(option, "option.since.name"), "option.since.description")),
      )
      .addStringOption((option) =>
        date(explained(named(option, "option.until.name"), "option.until.description")),
      ),
  );
  command.addSubcommand((subcommand) =>
    explained(named(subcommand, "command.export.name"), "command.export.description").addStringOption(
      (option) =>
        explained(named(option, "option.format.name"), "option.format.description").addChoices(
          choice("csv", "choice.csv"),
          choice("json", "choice.json"),
        ),
    ),
  );
  return command;
}

function ownerCommand(): SlashCommandBuilder {
  const command = inGuilds(OWNER_COMMAND, "command.guildstats-owner.description");
  // Hidden from members; who the owner is, is checked at each call.
  command.setDefaultMemberPermissions(PermissionFlagsBits.Administrator);
  command.addSubcommand((subcommand) =>
    explained(named(subcommand, "command.status.name"), "command.status.description"),
  );
  command.addSubcommand((subcommand) =>
    explained(named(subcommand, "command.forget.name"), "command.forget.description").addUserOption(
      (option) => explained(named(option, "option.user.name"), "option.user.description").setRequired(true),
    ),
  );
  command.addSubcommand((subcommand) =>
    explained(named(subcommand, "command.ignore-user.name"), "command.ignore-user.description").addUserOption(
      (option) =>
        explained(named(option, "option.user.name"), "option.ignored-user.description").setRequired(true),
    ),
  );
  command.addSubcommand((subcommand) =>
    explained(
      named(subcommand, "command.unignore-user.name"),
      "command.unignore-user.description",
    ).addUserOption((option) =>
      explained(named(option, "option.user.name"), "option.ignored-user.description").setRequired(true),
    ),
  );
  command.addSubcommand((subcommand) =>
    explained(
      named(subcommand, "command.ignored-users.name"),
      "command.ignored-users.description",
    ).addUserOption((option) =>
      explained(named(option, "option.user.name"), "option.ignored-user.description"),
    ),
  );
  return command;
}

/** The names of whole commands stay as they are: documentation and permissions speak of them. */
function inGuilds(name: string, description: DescriptionKey): SlashCommandBuilder {
  return explained(new SlashCommandBuilder(), description)
    .setName(name)
    .setContexts(InteractionContextType.Guild)
    .setIntegrationTypes(ApplicationIntegrationType.GuildInstall);
}
