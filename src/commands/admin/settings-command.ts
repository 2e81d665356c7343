import { formatNumber } from "../../i18n/format.ts";
import type { GuildSettings } from "../../store/store.ts";
import { UNSET_SETTINGS } from "../../store/store.ts";
import type { CommandContext } from "../context.ts";
import { wordsFor } from "../context.ts";
import { typedName } from "../localised.ts";
import type { AdminCall } from "../replies.ts";
import { tellPrivately } from "../replies.ts";
import { typedCommand } from "../typed-command.ts";
import { channelsText, type Reading, SETTINGS, type Setting, voiceText } from "./settings.ts";
import { askVoice } from "./voice-choice.ts";

const GROUP = "command.admin-settings.name";
/** What a reset takes back. Whether the server is counted, and what is ignored, is no matter of looks. */
const { enabled: _enabled, ignored: _ignored, ...RESET } = UNSET_SETTINGS;

/** `/guildstats-admin settings …` */
export async function settingsCommand(
  context: CommandContext,
  interaction: AdminCall,
  subcommand: string,
): Promise<void> {
  const words = wordsFor(interaction);
  const reading = { context, guild: interaction.guild, words };
  const setting = SETTINGS.find(({ command }) => typedName(command) === subcommand);
  if (setting) return await set(context, interaction, setting, reading);
  switch (subcommand) {
    case "show":
      return await tellPrivately(interaction, settingsList(context.settingsOf(interaction.guildId), reading));
    case "voice":
      return await askVoice(context, interaction);
    case "reset":
      return await reset(context, interaction, reading);
    default:
      return await tellPrivately(interaction, words.say("answer.staleCommand"));
  }
}

async function set(
  context: CommandContext,
  interaction: AdminCall,
  setting: Setting,
  reading: Reading,
): Promise<void> {
  const { words } = reading;
  const { say } = words;
  const change = setting.read(interaction.options.get(typedName(setting.option))?.value);
  if (typeof change === "string") return await tellPrivately(interaction, say(change));
  const { before, after } = await context.administration.change(interaction.guildId, () => change);
  const title = say(setting.title);
  const value = setting.shown(after, reading);
  if (setting.typed(before, words) === setting.typed(after, words))
    return await tellPrivately(interaction, say("settings.unchanged", { title, value }));
  const changed = say("settings.changed", {
    title,
    value,
    before: setting.shown(before, reading),
    command: undoCommand(setting, before, reading),
  });
  const note = setting.note === null ? [] : [say(setting.note)];
  await tellPrivately(interaction, [changed, ...note].join("\n"));
}

function undoCommand(setting: Setting, before: GuildSettings, { words }: Reading): string {
  const value = setting.typed(before, words);
  return typedCommand(words, [GROUP, setting.command], { name: setting.option, value });
}

async function reset(context: CommandContext, interaction: AdminCall, reading: Reading): Promise<void> {
  const { words } = reading;
  const { say } = words;
  const { before } = await context.administration.change(interaction.guildId, () => RESET);
  const lines = SETTINGS.filter(
    (setting) => setting.typed(before, words) !== setting.typed(UNSET_SETTINGS, words),
  ).map((setting) => {
    const line = say("settings.line", { title: say(setting.title), value: setting.shown(before, reading) });
    return `${line} · ${undoCommand(setting, before, reading)}`;
  });
  if (before.uncountedVoice !== null) {
    const command = typedCommand(words, [GROUP, "command.admin-voice.name"]);
    lines.push(`${voiceLine(before, reading)} · ${command}`);
  }
  if (before.commandChannels.length > 0) {
    const command = typedCommand(words, ["command.admin-channels.name", "command.admin-channels-add.name"]);
    lines.push(`${channelsLine(before, reading)} · ${command}`);
  }
  if (lines.length === 0) return await tellPrivately(interaction, say("settings.resetNothing"));
  const list = say("settings.resetBefore", { list: lines.join("\n") });
  await tellPrivately(interaction, `${say("settings.reset")}\n${list}`);
}

function voiceLine(settings: GuildSettings, reading: Reading): string {
  const title = reading.words.say("settings.title.voice");
  return reading.words.say("settings.line", { title, value: voiceText(settings, reading) });
}

function channelsLine(settings: GuildSettings, reading: Reading): string {
  const title = reading.words.say("settings.title.channels");
  return reading.words.say("settings.line", { title, value: channelsText(settings, reading) });
}

/** All settings, each with what changes it. */
function settingsList(settings: GuildSettings, reading: Reading): string {
  const { words, context, guild } = reading;
  const { say } = words;
  const isEnabled = context.isEnabled(guild.id);
  const ignored = Object.values(settings.ignored).reduce((sum, list) => sum + list.length, 0);
  const line = (title: string, value: string, command: string): string =>
    `${say("settings.line", { title, value })}\n-# ${command}`;
  return [
    `__${say("settings.head")}__`,
    line(
      say("settings.title.counting"),
      say(isEnabled ? "settings.on" : "settings.off"),
      typedCommand(words, [isEnabled ? "command.admin-disable.name" : "command.admin-enable.name"]),
    ),
    ...SETTINGS.map((setting) =>
      line(
        say(setting.title),
        setting.shown(settings, reading),
        typedCommand(words, [GROUP, setting.command]),
      ),
    ),
    line(
      say("settings.title.voice"),
      voiceText(settings, reading),
      typedCommand(words, [GROUP, "command.admin-voice.name"]),
    ),
    line(
      say("settings.title.channels"),
      channelsText(settings, reading),
      typedCommand(words, ["command.admin-channels.name", "command.admin-channels-add.name"]),
    ),
    line(
      say("settings.title.ignored"),
      ignored === 0 ? say("settings.nothing") : formatNumber(ignored, words.locale),
      typedCommand(words, ["command.admin-ignored.name"]),
    ),
  ].join("\n");
}
