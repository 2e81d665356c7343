import {
  type ChatInputCommandInteraction,
  ContainerBuilder,
  MessageFlags,
  SeparatorBuilder,
  TextDisplayBuilder,
} from "discord.js";
import {
  formatBytes,
  formatDecimal,
  formatMilliseconds,
  formatNumber,
  formatPercent,
} from "../../i18n/format.ts";
import type { Translator } from "../../i18n/translator.ts";
import type { Metrics, ShardMetrics } from "../../metrics.ts";
import { type CommandContext, wordsFor } from "../context.ts";
import { isOwner } from "../permissions.ts";
import { NO_MENTIONS, tellPrivately } from "../replies.ts";

/** A message's text may have 4,000 characters; so many lines of shards fit in any language. */
const SHOWN_SHARDS = 20;
const WELL = 0x2e9e5b;
const FAILING = 0xd43f3a;

/** `/guildstats-owner status`: how the plugin is doing in this process, in words, for the bot's owner only. */
export async function statusCommand(
  context: CommandContext,
  interaction: ChatInputCommandInteraction<"cached">,
): Promise<void> {
  const words = wordsFor(interaction);
  // Who owns the bot is a question to Discord: it may take longer than the first answer may.
  await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  if (!(await isOwner(context.client, context.ownerIds, interaction.user.id)))
    return await tellPrivately(interaction, words.say("answer.ownerOnly"));
  const metrics = context.metrics();
  const [title, ...sections] = statusTexts(metrics, words);
  const container = new ContainerBuilder()
    .setAccentColor(metrics.consecutiveFlushFailures === 0 ? WELL : FAILING)
    .addTextDisplayComponents(new TextDisplayBuilder().setContent(title));
  for (const section of sections) {
    container
      .addSeparatorComponents(new SeparatorBuilder())
      .addTextDisplayComponents(new TextDisplayBuilder().setContent(section));
  }
  await interaction.editReply({
    flags: MessageFlags.IsComponentsV2,
    components: [container],
    allowedMentions: NO_MENTIONS,
  });
}

/** A title, and a text for each section: its name and short lines, which do not break on a phone. */
export function statusTexts(
  metrics: Metrics,
  { say, locale }: Translator,
): readonly [string, ...(readonly string[])] {
  const number = (value: number): string => formatNumber(value, locale);
  const bytes = (value: number): string => formatBytes(value, locale);
  const time = (ms: number): string => formatMilliseconds(ms, locale);
  const share = (part: number, rest: number): string =>
    part + rest === 0 ? say("status.unknown") : formatPercent(part / (part + rest), locale);
  const section = (heading: string, lines: readonly string[]): string =>
    [`**${heading}**`, ...lines].join("\n");
  const { images, lastFlush, lastFailure, eventLoopDelay, store, memory, shards } = metrics;
  const here = shards.length;
  const all = metrics.shardsInAll;
  return [
    [
      `### ${say(metrics.consecutiveFlushFailures === 0 ? "status.title" : "status.titleFailing")}`,
      ...(here < all ? [say("status.oneProcess", { here: number(here), all: number(all) })] : []),
    ].join("\n"),
    section(say("status.counting"), [
      say("status.events", { rate: formatDecimal(metrics.eventsPerSecond, locale) }),
      say("status.messages", { messages: number(metrics.messagesCounted) }),
      say("status.sessions", {
        voice: number(metrics.voiceSessions),
        activities: number(metrics.activitySessions),
      }),
      say("status.catchingUp", {
        recovering: number(metrics.guildsRecovering),
        imports: number(metrics.backfillsRunning),
      }),
    ]),
    section(say("status.writing"), [
      say("status.dirty", { rows: number(metrics.dirtyRows), waiting: number(metrics.writesWaiting) }),
      lastFlush === null
        ? say("status.noFlush")
        : say("status.lastFlush", {
            when: ago(lastFlush.endedAtMs),
            rows: number(lastFlush.rows),
            duration: time(lastFlush.durationMs),
          }),
      say("status.flushFailures", {
        failures: number(metrics.flushFailures),
        inRow: number(metrics.consecutiveFlushFailures),
      }),
      lastFailure === null
        ? say("status.noFailure")
        : say("status.lastFailure", { code: `\`${lastFailure.code}\``, when: ago(lastFailure.atMs) }),
    ]),
    section(say("status.memory"), [
      say("status.guilds", { loaded: number(metrics.guildsLoaded), known: number(metrics.guildsKnown) }),
      say("status.cache", { bytes: bytes(metrics.cacheBytes), budget: bytes(metrics.cacheBudgetBytes) }),
      say("status.hits", { share: share(metrics.cacheHits, metrics.cacheLoads) }),
      say("status.process", { rss: bytes(memory.rssBytes), heap: bytes(memory.heapUsedBytes) }),
    ]),
    section(say("status.images"), [
      say("status.draws", {
        draws: number(images.draws),
        hits: number(images.hits),
        joined: number(images.joined),
      }),
      say("status.imageHits", { share: share(images.hits + images.joined, images.draws) }),
      say("status.imageCache", { entries: number(images.entries), bytes: bytes(images.bytes) }),
      say("status.threads", { threads: number(images.drawThreads), onCaller: number(images.drawnOnCaller) }),
    ]),
    section(say("status.host"), [
      ...(eventLoopDelay === null
        ? []
        : [
            say("status.eventLoop", {
              p50: time(eventLoopDelay.p50Ms),
              p99: time(eventLoopDelay.p99Ms),
              max: time(eventLoopDelay.maxMs),
            }),
          ]),
      ...(store === null
        ? []
        : [say("status.store", { bytes: bytes(store.bytes), version: String(store.schemaVersion) })]),
    ]),
    section(say("status.shards"), [
      ...worstFirst(shards)
        .slice(0, SHOWN_SHARDS)
        .map(({ id, status, pingMs, guilds }) =>
          say("status.shard", {
            id: String(id),
            status: `\`${status}\``,
            ping: pingMs === null ? say("status.unknown") : time(pingMs),
            guilds: number(guilds),
          }),
        ),
      ...(shards.length > SHOWN_SHARDS
        ? [
            say("status.moreShards", {
              count: shards.length - SHOWN_SHARDS,
              shown: number(shards.length - SHOWN_SHARDS),
            }),
          ]
        : []),
    ]),
  ];
}

/** Where only some are shown, those that an owner looks for: not connected, then the slowest. */
function worstFirst(shards: readonly ShardMetrics[]): readonly ShardMetrics[] {
  if (shards.length <= SHOWN_SHARDS) return shards;
  const badness = ({ status, pingMs }: ShardMetrics): number =>
    status === "ready" ? (pingMs ?? 0) : Number.MAX_SAFE_INTEGER;
  return shards.toSorted((one, other) => badness(other) - badness(one));
}

/** Discord shows it in the reader's own language, and counts on. */
function ago(ms: number): string {
  return `<t:${Math.floor(ms / 1_000)}:R>`;
}
