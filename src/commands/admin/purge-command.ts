import { formatNumber } from "../../i18n/format.ts";
import type { Purge } from "../../store/store.ts";
import { type CommandContext, wordsFor } from "../context.ts";
import { answered, askFirst } from "../question.ts";
import { type AdminCall, type Answerable, type Press, tellPrivately } from "../replies.ts";
import { PURGES, type PurgeKind } from "./admin-id.ts";

/** `/guildstats-admin purge …`: tells in figures what would go, and asks. */
export async function purgeCommand(
  context: CommandContext,
  interaction: AdminCall,
  subcommand: string,
): Promise<void> {
  const { say, locale } = wordsFor(interaction);
  const kind = PURGES.find((each) => each === subcommand);
  if (kind === undefined) return await tellPrivately(interaction, say("answer.staleCommand"));
  const what = await purgeOf(context, interaction, kind);
  const { rows, members, sinceMs } = await context.administration.purgeable(interaction.guildId, what);
  if (rows === 0) return await tellPrivately(interaction, say("purge.nothing"));
  const figures = say("purge.figures", {
    rows: formatNumber(rows, locale),
    members: formatNumber(members, locale),
    // Discord shows it in the reader's own language and time zone.
    since: sinceMs === null ? say("purge.unknownSince") : `<t:${Math.floor(sinceMs / 1_000)}:D>`,
  });
  const content = [say(`purge.ask.${kind}`), figures, say("purge.hint")].join("\n");
  const askedMs = context.clock.nowMs();
  await askFirst(context, interaction, content, { kind: "purge", of: kind, askedMs }, "button.purge");
}

export async function purgePress(
  context: CommandContext,
  interaction: Press,
  { of, askedMs }: { readonly of: PurgeKind; readonly askedMs: number },
): Promise<void> {
  const { say, locale } = wordsFor(interaction);
  await answered(context, interaction, askedMs, async () => {
    // Who left is asked anew: someone may have come back meanwhile.
    const what = await purgeOf(context, interaction, of);
    const { rows } = await context.administration.purge(interaction.guildId, what);
    return say("purge.done", { rows: formatNumber(rows, locale) });
  });
}

async function purgeOf(
  { administration }: CommandContext,
  { guildId }: Answerable,
  kind: PurgeKind,
): Promise<Purge> {
  switch (kind) {
    case "messages":
    case "voice":
    case "activities":
      return { metric: kind };
    case "departed":
      return { memberIds: await administration.departedMembers(guildId) };
    case "everything":
      return "all";
    default:
      return kind satisfies never;
  }
}
