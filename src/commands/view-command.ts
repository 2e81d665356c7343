import type { ChatInputCommandInteraction } from "discord.js";
import { z } from "zod";
import type { ViewRequest } from "../stats/queries.ts";
import { MEMBERS_FILTERS, METRICS, PERIODS } from "../stats/views.ts";
import { answerWithCard } from "./card-answer.ts";
import { type CommandContext, wordsFor } from "./context.ts";
import { tellPrivately } from "./replies.ts";

const viewOptions = z.object({
  period: z.enum(PERIODS).nullable(),
  members: z.enum(MEMBERS_FILTERS).nullable(),
});

/** `/guildstats server|member|channel|messages|voice|top` */
export async function viewCommand(
  context: CommandContext,
  interaction: ChatInputCommandInteraction<"cached">,
): Promise<void> {
  const { options, user } = interaction;
  const chosen = viewOptions.safeParse({
    period: options.getString("period"),
    members: options.getString("members"),
  });
  const request = requestOf(interaction);
  if (!chosen.success || request === null) {
    return await tellPrivately(interaction, wordsFor(interaction, true).say("answer.staleCommand"));
  }
  const state = {
    request,
    period: chosen.data.period ?? "30d",
    members: chosen.data.members ?? defaultFilter(interaction),
    mode: options.getBoolean("graph") ? "graph" : "card",
    invokerId: user.id,
  } as const;
  await answerWithCard(context, interaction, state, options.getBoolean("private") ?? false);
}

/** A bot asked about by name is shown with its numbers, though bots are left out elsewhere. */
function defaultFilter(interaction: ChatInputCommandInteraction<"cached">): "humans" | "bots" {
  return interaction.options.getUser("member")?.bot ? "bots" : "humans";
}

/** The view that a subcommand names; `null` for one that an older or newer registration has. */
function requestOf({ options, user, channelId }: ChatInputCommandInteraction<"cached">): ViewRequest | null {
  const subcommand = options.getSubcommand(false);
  switch (subcommand) {
    case "server":
    case "messages":
    case "voice":
      return { kind: subcommand };
    case "member":
      return { kind: "member", memberId: options.getUser("member")?.id ?? user.id };
    case "channel":
      return { kind: "channel", channelId: options.getChannel("channel")?.id ?? channelId };
    case "top": {
      const metric = z.enum(METRICS).safeParse(options.getString("metric"));
      const of = z.enum(["members", "channels"]).safeParse(options.getString("of"));
      return metric.success && of.success ? { kind: "top", metric: metric.data, of: of.data } : null;
    }
    default:
      return null;
  }
}
