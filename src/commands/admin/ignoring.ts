import { escapeMarkdown, type Guild, type GuildMember } from "discord.js";
import type { Snowflake } from "../../snowflake.ts";
import type { GuildSettings, IgnoreLists } from "../../store/store.ts";
import { activityByHash, activityHash, typedActivity } from "../cards/activity-choice.ts";
import { type CommandContext, wordsFor } from "../context.ts";
import type { NameKey } from "../localised.ts";
import { isHiddenThread, seenName } from "../permissions.ts";
import { type AdminCall, type Answerable, tellPrivately } from "../replies.ts";
import { typedCommand } from "../typed-command.ts";

/** The bound of `configure`. */
const MOST_IGNORED = 1_000;

/** The lists by the subcommand that changes them. */
export const LISTS = {
  channel: "channels",
  category: "categories",
  role: "roles",
  activity: "activities",
} as const satisfies Readonly<Record<string, keyof IgnoreLists>>;
export type Ignorable = keyof typeof LISTS;

export function isIgnorable(subcommand: string | null): subcommand is Ignorable {
  return subcommand !== null && Object.hasOwn(LISTS, subcommand);
}

/** Has the guild in memory, where the names are under which its deleted channels were counted. */
export async function knowNames({ administration }: CommandContext, guildId: Snowflake): Promise<void> {
  await administration.countedChannels(guildId);
}

/** `/guildstats-admin ignore …` */
export async function ignoreCommand(
  context: CommandContext,
  interaction: AdminCall,
  kind: Ignorable,
): Promise<void> {
  const words = wordsFor(interaction);
  const { say } = words;
  const { guildId } = interaction;
  const id = await named(context, interaction, kind);
  if (id === null) return await tellPrivately(interaction, say("ignored.noActivity"));
  if (id === guildId) {
    const command = typedCommand(words, ["command.admin-disable.name"]);
    return await tellPrivately(interaction, say("ignored.everyone", { command }));
  }
  const list = LISTS[kind];
  const { before, after } = await context.administration.change(guildId, ({ ignored }) => ({
    ignored: {
      ...ignored,
      [list]:
        holds(ignored, kind, id) || ignored[list].length >= MOST_IGNORED
          ? ignored[list]
          : [...ignored[list], id],
    },
  }));
  const what = nameOf(context, interaction, kind, id);
  const undo = typedCommand(words, ["command.admin-unignore.name", unignoreName(kind)]);
  if (holds(before.ignored, kind, id))
    return await tellPrivately(interaction, say("ignored.already", { what }));
  await tellPrivately(
    interaction,
    holds(after.ignored, kind, id)
      ? say("ignored.done", { what, command: undo })
      : say("ignored.full", { most: String(MOST_IGNORED), command: undo }),
  );
}

/** `/guildstats-admin unignore …`: whatever is on the list can be taken off, also what Discord has no more. */
export async function unignoreCommand(
  context: CommandContext,
  interaction: AdminCall,
  kind: Ignorable,
): Promise<void> {
  const words = wordsFor(interaction);
  const { say } = words;
  const { guildId, options } = interaction;
  await knowNames(context, guildId);
  const found = onList(context, interaction, kind, options.getString(kind) ?? "");
  if (found === null) {
    const command = typedCommand(words, ["command.admin-ignored.name"]);
    return await tellPrivately(interaction, say("ignored.absent", { command }));
  }
  const list = LISTS[kind];
  await context.administration.change(guildId, ({ ignored }) => ({
    ignored: { ...ignored, [list]: ignored[list].filter((each) => each !== found) },
  }));
  const what = nameOf(context, interaction, kind, found);
  const command = typedCommand(words, ["command.admin-ignore.name", ignoreName(kind)]);
  await tellPrivately(interaction, say("ignored.undone", { what, command }));
}

/** What is to be ignored; `null`: an activity without a name. */
async function named(
  context: CommandContext,
  { options, guildId }: AdminCall,
  kind: Ignorable,
): Promise<string | null> {
  if (kind === "role") return options.getRole("role")?.id ?? null;
  if (kind !== "activity") return options.getChannel(kind)?.id ?? null;
  const typed = options.getString("activity")?.trim() ?? "";
  // As it is spelled in the counts, where it was counted.
  return (await activityByHash(context, guildId, typedActivity(typed))) ?? (typed === "" ? null : typed);
}

/** Activities are ignored in any case of letters. */
function holds(ignored: IgnoreLists, kind: Ignorable, id: string): boolean {
  if (kind !== "activity") return ignored[LISTS[kind]].includes(id);
  return ignored.activities.some((name) => activityHash(name) === activityHash(id));
}

/** What of a list someone typed or picked, by id, mention or name; `null`: nothing. */
function onList(
  context: CommandContext,
  interaction: AdminCall,
  kind: Ignorable,
  typed: string,
): string | null {
  const list = context.settingsOf(interaction.guildId).ignored[LISTS[kind]];
  if (kind === "activity") return list.find((name) => activityHash(name) === typedActivity(typed)) ?? null;
  const [id] = /[0-9]{15,20}/.exec(typed) ?? [];
  const bare = typed.trim().replace(/^[#@]/, "").toLowerCase();
  return (
    list.find((each) => each === id) ??
    list.find((each) => plainName(context, interaction, kind, each)?.toLowerCase() === bare) ??
    null
  );
}

/** The name of what is on a list, now or when it was last seen; `null`: not known, or of a channel that the reader cannot see. */
export function plainName(
  context: CommandContext,
  { guild, member }: Pick<Answerable, "guild" | "member">,
  kind: Ignorable,
  id: Snowflake,
): string | null {
  switch (kind) {
    case "role":
      return guild.roles.cache.get(id)?.name ?? null;
    case "channel":
    case "category":
      return guild.channels.cache.has(id)
        ? seenName(guild, member, id)
        : goneName(context, guild, member, id);
    case "activity":
      return id;
    default:
      return kind satisfies never;
  }
}

function goneName(
  { storedChannel }: CommandContext,
  guild: Guild,
  member: GuildMember,
  id: Snowflake,
): string | null {
  const stored = storedChannel(guild.id, id);
  return stored === null || isHiddenThread(guild, member, stored.parentId) ? null : stored.name;
}

/** How an answer names what is on a list: as Discord shows it, or what is known of what it has no more. */
export function nameOf(
  context: CommandContext,
  interaction: Answerable,
  kind: Ignorable,
  id: string,
): string {
  const { say } = wordsFor(interaction);
  const { guild } = interaction;
  if (kind === "activity") return `“${escapeMarkdown(id.replace(/\s+/g, " "))}”`;
  if (kind === "role" && guild.roles.cache.has(id)) return `<@&${id}>`;
  if (kind !== "role" && guild.channels.cache.has(id)) return `<#${id}>`;
  const known = plainName(context, interaction, kind, id);
  const name = known === null ? id : `${kind === "channel" ? "#" : ""}${escapeMarkdown(known)}`;
  return say("ignored.gone", { name });
}

/** What is on one list. */
export function ignoredOf({ ignored }: GuildSettings, kind: Ignorable): readonly string[] {
  return ignored[LISTS[kind]];
}

function ignoreName(kind: Ignorable): NameKey {
  return `command.admin-ignore-${kind}.name`;
}

function unignoreName(kind: Ignorable): NameKey {
  return `command.admin-unignore-${kind}.name`;
}
