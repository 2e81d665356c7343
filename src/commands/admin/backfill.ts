import {
  type ButtonInteraction,
  type ChatInputCommandInteraction,
  DiscordAPIError,
  RESTJSONErrorCodes,
} from "discord.js";
import { formatNumber } from "../../i18n/format.ts";
import type { Translator } from "../../i18n/translator.ts";
import type { Snowflake } from "../../snowflake.ts";
import { actionButton } from "../components.ts";
import { type CommandContext, wordsFor } from "../context.ts";
import { failureOf } from "../failures.ts";
import { localDay } from "../local-date.ts";
import { mayManage } from "../permissions.ts";
import { cancelled, questionButtons, whenFirst } from "../question.ts";
import { type Answerable, NO_MENTIONS, tellPrivately } from "../replies.ts";
import { disabledText } from "../typed-command.ts";
import { type BackfillPress, backfillPayloadOf } from "./backfill-id.ts";
import type { ImportProgress, ImportReport, ImportRequest } from "./past-imports.ts";

/** An answer's token lives for 15 minutes; what is edited later than this may be refused. */
const EDITABLE_MS = 14 * 60_000;
const EDIT_EVERY_MS = 5_000;
const LISTED_FAILURES = 10;

/** `/guildstats-admin backfill`: asks before it starts, or tells how far the import is that runs. */
export async function backfillCommand(
  context: CommandContext,
  interaction: ChatInputCommandInteraction<"cached">,
): Promise<void> {
  const { say } = wordsFor(interaction);
  const { guildId } = interaction;
  const refusal = refusalOf(context, interaction);
  if (refusal !== null) return await tellPrivately(interaction, refusal);
  const running = context.imports.progressOf(guildId);
  if (running)
    return await tellPrivately(interaction, status(interaction, running), [
      cancelButton(context, interaction),
    ]);
  const bounds = boundsOf(context, interaction);
  if (typeof bounds === "string") return await tellPrivately(interaction, bounds);
  const request = { guildId, ...bounds };
  const channels = context.imports.channels(request);
  if (channels === 0) {
    const nothing = [say("backfill.nothing"), say("backfill.needs")].join(" ");
    return await tellPrivately(interaction, nothing);
  }
  const { since, until } = datesOf(interaction);
  const question = say("backfill.ask", {
    count: channels,
    shown: formatNumber(channels, wordsFor(interaction).locale),
    range: rangeText(say, since, until),
  });
  const components = questionButtons(context, interaction, {
    confirm: [
      {
        label: say("button.import"),
        payload: (id) => backfillPayloadOf({ kind: "start", bounds, question: id }),
      },
    ],
    cancel: (id) => backfillPayloadOf({ kind: "leave", question: id }),
  });
  await tellPrivately(interaction, question, components);
}

/** A press below the question, or below how far an import is. Who may is asked again: permissions change. */
export async function backfillPress(
  context: CommandContext,
  interaction: ButtonInteraction<"cached">,
  press: BackfillPress,
): Promise<void> {
  const { say } = wordsFor(interaction);
  const refusal = refusalOf(context, interaction);
  if (refusal !== null) return await tellPrivately(interaction, refusal);
  const { guildId } = interaction;
  switch (press.kind) {
    case "leave":
      return await cancelled(context, interaction, press.question);
    case "cancel": {
      const content = context.imports.progressOf(guildId) ? say("backfill.stopping") : say("backfill.idle");
      // Said before it is done: what the import then says of its end must come last.
      await interaction.update({ content, components: [], allowedMentions: NO_MENTIONS });
      context.imports.cancel(guildId);
      return;
    }
    case "start":
      return await whenFirst(context, interaction, press.question, () =>
        start(context, interaction, { guildId, ...press.bounds }),
      );
    default:
      return press satisfies never;
  }
}

/** Imports, and edits into the answer, which was deferred, how far it is, as long as Discord takes edits; then goes on without. */
async function start(
  context: CommandContext,
  interaction: ButtonInteraction<"cached">,
  request: ImportRequest,
): Promise<void> {
  const { clock, imports } = context;
  const startedMs = clock.elapsedMs();
  let lastEditMs = clock.elapsedMs();
  let edit: Promise<void> | null = null;
  let isGone = false;
  const show = async (content: string, components: ReturnType<typeof cancelButton>[]): Promise<void> => {
    if (isGone || clock.elapsedMs() - startedMs > EDITABLE_MS) return;
    try {
      await interaction.editReply({ content, components, allowedMentions: NO_MENTIONS });
    } catch (thrown) {
      isGone = true;
      // Whoever dismissed the answer does not miss it.
      if (!(thrown instanceof DiscordAPIError && thrown.code === RESTJSONErrorCodes.UnknownMessage))
        context.failed(failureOf(context, interaction, thrown, wordsFor(interaction)).error);
    }
  };
  const running = imports.progressOf(request.guildId);
  if (running) return await show(status(interaction, running), [cancelButton(context, interaction)]);
  const showProgress = (progress: ImportProgress): void => {
    if (edit !== null || clock.elapsedMs() - lastEditMs < EDIT_EVERY_MS) return;
    lastEditMs = clock.elapsedMs();
    edit = show(status(interaction, progress), [cancelButton(context, interaction)]).finally(() => {
      edit = null;
    });
  };
  const finished = imports.start(request, showProgress);
  const begun = imports.progressOf(request.guildId);
  const [report] = await Promise.all([
    finished,
    begun && show(status(interaction, begun), [cancelButton(context, interaction)]),
  ]);
  await edit;
  await show(summary(interaction, report), []);
}

function refusalOf(context: CommandContext, interaction: Answerable): string | null {
  const { say } = wordsFor(interaction);
  if (!mayManage(interaction)) return say("answer.adminOnly");
  return context.isEnabled(interaction.guildId) ? null : disabledText(wordsFor(interaction));
}

function datesOf({ options }: ChatInputCommandInteraction<"cached">) {
  return { since: options.getString("since"), until: options.getString("until") };
}

/** What was asked for, or what is wrong with it. Days are the server's, and the last one is included. */
function boundsOf(
  context: CommandContext,
  interaction: ChatInputCommandInteraction<"cached">,
): Omit<ImportRequest, "guildId"> | string {
  const { say } = wordsFor(interaction);
  const { since, until } = datesOf(interaction);
  const timeZone = context.timeZoneOf(interaction.guildId);
  const first = since === null ? null : localDay(since, timeZone);
  const last = until === null ? null : localDay(until, timeZone);
  if (since !== null && first === null) return say("backfill.badDate", { text: quoted(since) });
  if (until !== null && last === null) return say("backfill.badDate", { text: quoted(until) });
  const sinceMs = first?.startMs ?? null;
  const untilMs = last?.endMs ?? null;
  if (sinceMs !== null && sinceMs >= context.clock.nowMs()) return say("backfill.futureDate");
  if (sinceMs !== null && untilMs !== null && sinceMs >= untilMs) return say("backfill.datesReversed");
  return { channelId: interaction.options.getChannel("channel")?.id ?? null, sinceMs, untilMs };
}

function figures(interaction: Answerable, { channels, channelsDone, messages, oldestMs }: ImportProgress) {
  const locale = wordsFor(interaction).locale;
  return {
    channels: formatNumber(channels, locale),
    channelsDone: formatNumber(channelsDone, locale),
    messages: formatNumber(messages, locale),
    // Discord shows it in the reader's own language and time zone.
    oldest: oldestMs === null ? null : `<t:${Math.floor(oldestMs / 1_000)}:D>`,
  };
}

function status(interaction: Answerable, progress: ImportProgress): string {
  const { say } = wordsFor(interaction);
  const { oldest, ...shown } = figures(interaction, progress);
  return oldest === null
    ? say("backfill.running", shown)
    : say("backfill.runningBackTo", { ...shown, oldest });
}

function summary(interaction: Answerable, report: ImportReport): string {
  const { say } = wordsFor(interaction);
  const { oldest, ...shown } = figures(interaction, report);
  const end = report.isCancelled ? "backfill.cancelled" : "backfill.done";
  const parts = [oldest === null ? say(end, shown) : say(`${end}BackTo`, { ...shown, oldest })];
  const failed = [...new Set(report.failures.map(({ channelId }) => `<#${channelId}>`))];
  if (failed.length > 0) {
    parts.push(
      say("backfill.failures", {
        count: failed.length,
        shown: formatNumber(failed.length, wordsFor(interaction).locale),
        channels: failed.slice(0, LISTED_FAILURES).join(", ") + (failed.length > LISTED_FAILURES ? " …" : ""),
      }),
      say("backfill.needs"),
    );
  }
  return parts.join("\n\n");
}

function rangeText(say: Translator["say"], since: string | null, until: string | null): string {
  if (since === null)
    return until === null ? say("backfill.range.all") : say("backfill.range.until", { until });
  return until === null
    ? say("backfill.range.since", { since })
    : say("backfill.range.both", { since, until });
}

/** What someone typed, as it may stand in an answer. */
function quoted(text: string): string {
  return text.slice(0, 20).replaceAll("`", "'");
}

function cancelButton(context: CommandContext, interaction: Answerable) {
  const { say } = wordsFor(interaction);
  return actionButton(idOf(context, interaction.guildId, { kind: "cancel" }), say("button.cancelImport"));
}

function idOf({ ids }: CommandContext, guildId: Snowflake, press: BackfillPress): string {
  return ids.sign(guildId, backfillPayloadOf(press));
}
