import { type GuildBasedChannel, MessageFlags } from "discord.js";
import { GuildStatsError } from "../../errors.ts";
import type { ScheduledPost } from "../../store/scheduled-post.ts";
import { type CommandContext, wordsFor } from "../context.ts";
import { type AdminCall, NO_MENTIONS, tellPrivately } from "../replies.ts";
import { missingFor, obstacleTo } from "./obstacle.ts";
import { planTyped } from "./post-plan.ts";
import { cardWords, instantWords, obstacleWords, scheduleCommandWords, timingWords } from "./post-words.ts";

const LONGEST_MESSAGE = 2_000;
const POST_NUMBER = /^[0-9]{1,9}$/;

/** `/guildstats-admin schedule add|list|remove`: cards that come into a channel by themselves. */
export async function scheduleCommand(
  context: CommandContext,
  interaction: AdminCall,
  subcommand: string,
): Promise<void> {
  switch (subcommand) {
    case "add":
      return await tellPrivately(interaction, await added(context, interaction));
    case "list":
      return await list(context, interaction);
    case "remove":
      return await tellPrivately(interaction, await removed(context, interaction));
    default:
      return await tellPrivately(interaction, wordsFor(interaction).say("answer.staleCommand"));
  }
}

/** @returns what to say of it */
async function added(context: CommandContext, interaction: AdminCall): Promise<string> {
  const words = wordsFor(interaction);
  const { say } = words;
  const { guild, guildId, options } = interaction;
  const typed = planTyped(interaction, context.settingsOf(guildId).defaultPeriod ?? "30d");
  if (typeof typed === "string") return say(typed);
  const channelId = options.getChannel("channel")?.id ?? "";
  const channel = guild.channels.cache.get(channelId);
  if (!channel || !isWritten(channel)) return say("schedule.bad.channel");
  const shownChannel = `<#${channelId}>`;
  // An admin who reaches a channel through me only does not write there through me either.
  const lacking = missingFor(interaction.member, channel).filter((each) => each !== "attachFiles");
  if (lacking.length > 0) return say("schedule.bad.yourself", { channel: shownChannel });
  const plan = { guildId, channelId, ...typed };
  const obstacle = obstacleTo(context, guild, plan);
  if (obstacle) return obstacleWords(obstacle, channelId, words);
  const post = await addedPost(context, plan);
  if (post === null)
    return say("schedule.full", {
      most: String(context.schedule.list(guildId).length),
      command: scheduleCommandWords(words, "remove"),
    });
  const told = {
    card: cardWords(post, words),
    channel: shownChannel,
    command: scheduleCommandWords(words, "remove", post.id),
  };
  const nextMs = context.schedule.nextMs(post);
  if (post.timing.every === "refresh" || nextMs === null) return say("schedule.addedKept", told);
  return say("schedule.added", {
    ...told,
    timing: timingWords(post.timing, words),
    zone: context.timeZoneOf(guildId),
    when: instantWords(nextMs, "F"),
  });
}

/** Whether it holds messages, and is no thread, which is archived when nobody writes. */
function isWritten(channel: GuildBasedChannel): boolean {
  return channel.isSendable() && !channel.isThread();
}

/** @returns `null` where the guild has as many as it may */
async function addedPost(
  { schedule }: CommandContext,
  plan: Parameters<CommandContext["schedule"]["add"]>[0],
): Promise<ScheduledPost | null> {
  try {
    return await schedule.add(plan);
  } catch (thrown) {
    if (thrown instanceof GuildStatsError && thrown.code === "ARGUMENT_INVALID") return null;
    throw thrown;
  }
}

async function list(context: CommandContext, interaction: AdminCall): Promise<void> {
  const words = wordsFor(interaction);
  const { say } = words;
  const { guildId } = interaction;
  const posts = context.schedule.list(guildId);
  if (posts.length === 0) {
    const command = scheduleCommandWords(words, "add");
    return await tellPrivately(interaction, say("schedule.none", { command }));
  }
  const [first = "", ...more] = inMessages([
    say("schedule.title", { zone: context.timeZoneOf(guildId) }),
    ...posts.map((post) => lineOf(context, interaction, post)),
    `-# ${say("schedule.hint", { command: scheduleCommandWords(words, "remove") })}`,
  ]);
  await tellPrivately(interaction, first);
  for (const content of more)
    await interaction.followUp({ content, flags: MessageFlags.Ephemeral, allowedMentions: NO_MENTIONS });
}

/** One post, and below it what is in its way now, or was at the last attempt. */
function lineOf(context: CommandContext, interaction: AdminCall, post: ScheduledPost): string {
  const words = wordsFor(interaction);
  const nextMs = context.schedule.nextMs(post);
  const parts = [
    cardWords(post, words),
    timingWords(post.timing, words),
    `<#${post.channelId}>`,
    ...(nextMs === null ? [] : [words.say("schedule.next", { when: instantWords(nextMs, "R") })]),
  ];
  const obstacle = obstacleTo(context, interaction.guild, post);
  const trouble = obstacle
    ? obstacleWords(obstacle, post.channelId, words)
    : post.trouble === null
      ? null
      : words.say("schedule.failed");
  return [`**${post.id}.** ${parts.join(" · ")}`, ...(trouble === null ? [] : [`⚠️ ${trouble}`])].join("\n");
}

/** Texts in as few messages as they fit into, in order; none is cut. */
function inMessages(texts: readonly string[]): readonly string[] {
  const messages: string[] = [];
  for (const text of texts) {
    const last = messages.at(-1);
    const joined = last === undefined ? text : `${last}\n${text}`;
    if (last !== undefined && joined.length <= LONGEST_MESSAGE) messages[messages.length - 1] = joined;
    else messages.push(text);
  }
  return messages;
}

/** @returns what to say of it */
async function removed(context: CommandContext, interaction: AdminCall): Promise<string> {
  const words = wordsFor(interaction);
  const typed = (interaction.options.getString("post") ?? "").trim();
  const post = POST_NUMBER.test(typed)
    ? await context.schedule.remove(interaction.guildId, Number(typed))
    : null;
  if (post === null) return words.say("schedule.unknown", { command: scheduleCommandWords(words, "list") });
  return words.say("schedule.removed", {
    card: cardWords(post, words),
    timing: timingWords(post.timing, words),
    channel: `<#${post.channelId}>`,
  });
}
