import type { Snowflake } from "../snowflake.ts";
import { channelsText } from "./admin/settings.ts";
import { type CommandContext, wordsFor } from "./context.ts";
import type { NameKey } from "./localised.ts";
import { seenName } from "./permissions.ts";
import { type AdminCall, tellPrivately } from "./replies.ts";
import { typedCommand } from "./typed-command.ts";

/** As many as fit an answer's figures and anyone's patience; also the bound of `configure`. */
const MOST_CHANNELS = 50;
const GROUP = "command.admin-channels.name";

/** `/guildstats-admin channels add|remove|clear`: where members' commands are answered. */
export async function channelsCommand(
  context: CommandContext,
  interaction: AdminCall,
  subcommand: string,
): Promise<void> {
  const words = wordsFor(interaction);
  const { say } = words;
  const { guild, guildId, member, options } = interaction;
  const id = options.getChannel("channel")?.id ?? null;
  if (!["add", "remove", "clear"].includes(subcommand) || (subcommand !== "clear" && id === null))
    return await tellPrivately(interaction, say("answer.staleCommand"));
  const { before, after } = await context.administration.change(guildId, ({ commandChannels }) => ({
    commandChannels: changed(subcommand, commandChannels, id),
  }));
  const reading = { context, guild, words };
  const channels = channelsText(after, reading);
  const isSame = before.commandChannels.length === after.commandChannels.length;
  const undo = (name: NameKey, channelId: Snowflake | null): string =>
    typedCommand(
      words,
      [GROUP, name],
      channelId === null
        ? undefined
        : {
            name: "option.channel.name",
            value: `#${seenName(guild, member, channelId) ?? channelId}`,
          },
    );
  if (subcommand === "clear") {
    const command = undo("command.admin-channels-add.name", before.commandChannels[0] ?? null);
    return await tellPrivately(
      interaction,
      say("settings.channels.cleared", { channels: channelsText(before, reading), command }),
    );
  }
  const channel = `<#${id}>`;
  if (subcommand === "remove") {
    return await tellPrivately(
      interaction,
      isSame
        ? say("settings.channels.absent", { channel, channels })
        : say("settings.channels.removed", {
            channels,
            command: undo("command.admin-channels-add.name", id),
          }),
    );
  }
  if (!isSame) {
    const command = undo("command.admin-channels-remove.name", id);
    return await tellPrivately(interaction, say("settings.channels.added", { channels, command }));
  }
  const isListed = id !== null && after.commandChannels.includes(id);
  await tellPrivately(
    interaction,
    isListed
      ? say("settings.channels.already", { channel, channels })
      : say("settings.channels.full", {
          most: String(MOST_CHANNELS),
          command: undo("command.admin-channels-remove.name", null),
        }),
  );
}

function changed(
  subcommand: string,
  channels: readonly Snowflake[],
  id: Snowflake | null,
): readonly Snowflake[] {
  if (subcommand === "clear" || id === null) return [];
  if (subcommand === "remove") return channels.filter((each) => each !== id);
  return channels.includes(id) || channels.length >= MOST_CHANNELS ? channels : [...channels, id];
}
