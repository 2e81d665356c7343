import { formatNumber } from "../../i18n/format.ts";
import type { Purge, Purgeable } from "../../store/store.ts";
import { type CommandContext, wordsFor } from "../context.ts";
import { answered, questionButtons } from "../question.ts";
import { type AdminCall, type Answerable, type Press, tellPrivately } from "../replies.ts";
import { type AdminPress, adminPayloadOf, PURGES, type PurgeKind } from "./admin-id.ts";

/** `/guildstats-admin purge …`: tells in figures what would go, and asks. */
export async function purgeCommand(
  context: CommandContext,
  interaction: AdminCall,
  subcommand: string,
): Promise<void> {
  const { say } = wordsFor(interaction);
  const kind = PURGES.find((each) => each === subcommand);
  if (kind === undefined) return await tellPrivately(interaction, say("answer.staleCommand"));
  const what = await purgeOf(context, interaction, kind);
  const found = await context.administration.purgeable(interaction.guildId, what);
  if (found.rows === 0) return await tellPrivately(interaction, say("purge.nothing"));
  const { content, components } = questionOf(context, interaction, kind, found);
  await tellPrivately(interaction, content, components);
}

function questionOf(
  context: CommandContext,
  interaction: Answerable,
  of: PurgeKind,
  { rows, members, sinceMs }: Purgeable,
) {
  const { say, locale } = wordsFor(interaction);
  const figures = say("purge.figures", {
    rows: formatNumber(rows, locale),
    members: formatNumber(members, locale),
    // Discord shows it in the reader's own language and time zone.
    since: sinceMs === null ? say("purge.unknownSince") : `<t:${Math.floor(sinceMs / 1_000)}:D>`,
  });
  return {
    content: [say(`purge.ask.${of}`), figures, say("purge.hint")].join("\n"),
    components: questionButtons(context, interaction, {
      confirm: [
        {
          label: say("button.purge"),
          payload: (question) => adminPayloadOf({ kind: "purge", of, rows, question }),
        },
      ],
      cancel: (question) => adminPayloadOf({ kind: "leave", question }),
    }),
  };
}

export async function purgePress(
  context: CommandContext,
  interaction: Press,
  { of, rows: told, question }: Extract<AdminPress, { readonly kind: "purge" }>,
): Promise<void> {
  const { say, locale } = wordsFor(interaction);
  await answered(context, interaction, question, async () => {
    // Who left is asked anew: someone may have come back meanwhile.
    const what = await purgeOf(context, interaction, of);
    const found = await context.administration.purgeable(interaction.guildId, what);
    if (found.rows > mostFor(told)) {
      const { content, components } = questionOf(context, interaction, of, found);
      return { content: `${say("purge.grown")}\n${content}`, components };
    }
    const { rows } = await context.administration.purge(interaction.guildId, what);
    return say("purge.done", { rows: formatNumber(rows, locale) });
  });
}

/**
 * Beyond so many rows an answer does not mean them: who was told of fewer is asked again. What a server counts while it
 * is asked is within; a past that was imported meanwhile is not.
 */
function mostFor(told: number): number {
  return 2 * told + 1_000;
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
