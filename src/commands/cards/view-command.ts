import type { ChatInputCommandInteraction, UserContextMenuCommandInteraction } from "discord.js";
import { z } from "zod";
import { SERVER_CARDS, type ServerCard } from "../../server-card.ts";
import type { Snowflake } from "../../snowflake.ts";
import {
  MEMBERS_FILTERS,
  METRICS,
  type MembersFilter,
  PERIODS,
  TOP_METRICS,
  TOP_OF,
} from "../../stats/views.ts";
import { type CommandContext, wordsFor } from "../context.ts";
import { tellPrivately } from "../replies.ts";
import { typedActivity } from "./activity-choice.ts";
import { answerWithCard } from "./card-answer.ts";
import type { CardState } from "./card-state.ts";
import type { CardSubject } from "./card-views.ts";

type Command = ChatInputCommandInteraction<"cached">;
/** What a subcommand names, or the key of what is wrong with it. */
type Named =
  | Pick<CardState, "view" | "subject">
  | "answer.staleCommand"
  | "answer.topChannelsByActivities"
  | "answer.topActivitiesByMetric";

const viewOptions = z.object({
  period: z.enum(PERIODS).nullable(),
  members: z.enum(MEMBERS_FILTERS).nullable(),
});

/** "Activity stats" in a member's menu: that member's card, for whoever asked alone. */
export async function memberMenu(
  context: CommandContext,
  interaction: UserContextMenuCommandInteraction<"cached">,
): Promise<void> {
  const { targetUser, user, guildId } = interaction;
  const state = {
    ...ofSubject({ kind: "member", memberId: targetUser.id }),
    period: context.settingsOf(guildId).defaultPeriod ?? "30d",
    members: targetUser.bot ? "bots" : "humans",
    mode: "card",
    page: 0,
    invokerId: user.id,
  } as const;
  await answerWithCard(context, interaction, state, true);
}

/** `/guildstats <view>`: all subcommands that answer with a card. */
export async function viewCommand(context: CommandContext, interaction: Command): Promise<void> {
  const { options, user, guildId } = interaction;
  const { say } = wordsFor(interaction);
  const chosen = viewOptions.safeParse({
    period: options.getString("period"),
    members: options.getString("members"),
  });
  const named = chosen.success ? viewNamed(interaction) : "answer.staleCommand";
  if (typeof named === "string") return await tellPrivately(interaction, say(named));
  const { defaultPeriod, privateByDefault } = context.settingsOf(guildId);
  const state = {
    ...named,
    period: chosen.data?.period ?? defaultPeriod ?? "30d",
    members: chosen.data?.members ?? defaultFilter(interaction),
    mode: options.getBoolean("text") ? "text" : options.getBoolean("graph") ? "graph" : "card",
    page: 0,
    invokerId: user.id,
  } as const;
  await answerWithCard(
    context,
    interaction,
    state,
    options.getBoolean("private") ?? privateByDefault ?? false,
  );
}

/** A bot asked about by name is shown with its numbers, though bots are left out elsewhere. */
function defaultFilter({ options, user }: Command): MembersFilter {
  if (options.getSubcommandGroup(false) === "compare" && options.getSubcommand() === "members") {
    const sides = [options.getUser("first"), options.getUser("second") ?? user];
    const bots = sides.filter((side) => side?.bot).length;
    return bots === 0 ? "humans" : bots === 1 ? "both" : "bots";
  }
  return options.getUser("member")?.bot ? "bots" : "humans";
}

function viewNamed(interaction: Command): Named {
  const { options } = interaction;
  if (options.getSubcommandGroup(false) === "compare") {
    const compared = comparison(interaction);
    return compared ? ofSubject(compared) : "answer.staleCommand";
  }
  const subcommand = options.getSubcommand(false);
  switch (subcommand) {
    case "server":
    case "messages":
    case "voice":
    case "growth":
      return ofServer(subcommand);
    case "rhythm": {
      const metric = z.enum(METRICS).safeParse(options.getString("metric") ?? "messages");
      if (!metric.success) return "answer.staleCommand";
      return ofServer(metric.data === "voice" ? "rhythm-voice" : "rhythm");
    }
    case "top":
      return topList(interaction);
    case "activities": {
      const memberId = options.getUser("member")?.id;
      if (memberId === undefined) return ofServer("activities");
      return { view: "subject-activities", subject: { kind: "member", memberId } };
    }
    default: {
      const subject = subjectNamed(interaction, subcommand);
      return subject ? ofSubject(subject) : "answer.staleCommand";
    }
  }
}

/** What a subcommand is about; `null` for one that an older or newer registration has. */
function subjectNamed({ options, user, channelId }: Command, subcommand: string | null): CardSubject | null {
  switch (subcommand) {
    case "member":
      return { kind: "member", memberId: options.getUser("member")?.id ?? user.id };
    case "channel":
      return { kind: "channel", channelId: options.getChannel("channel")?.id ?? channelId };
    case "role": {
      const roleId = options.getRole("role")?.id;
      return roleId === undefined ? null : { kind: "role", roleId };
    }
    case "category": {
      const categoryId = options.getChannel("category")?.id;
      return categoryId === undefined ? null : { kind: "category", categoryId };
    }
    case "activity": {
      const name = options.getString("activity");
      return name === null ? null : { kind: "activity", hash: typedActivity(name) };
    }
    default:
      return null;
  }
}

function comparison({ options, user, channelId }: Command): CardSubject | null {
  const of = options.getSubcommand();
  if (of !== "members" && of !== "channels") return null;
  const idOf = (name: string): Snowflake | undefined =>
    of === "members" ? options.getUser(name)?.id : options.getChannel(name)?.id;
  const first = idOf("first");
  if (first === undefined) return null;
  return { kind: "compare", of, ids: [first, idOf("second") ?? (of === "members" ? user.id : channelId)] };
}

function topList({ options }: Command): Named {
  const metric = z.enum(TOP_METRICS).safeParse(options.getString("metric"));
  const of = z.enum(TOP_OF).safeParse(options.getString("of"));
  if (!metric.success || !of.success) return "answer.staleCommand";
  if (of.data === "channels" && metric.data === "activities") return "answer.topChannelsByActivities";
  if (of.data === "activities" && metric.data !== "activities") return "answer.topActivitiesByMetric";
  const view = SERVER_CARDS.find((each) => each === `top-${metric.data}-${of.data}`);
  return view === undefined ? "answer.staleCommand" : ofServer(view);
}

function ofServer(view: ServerCard): Named {
  return { view, subject: null };
}

function ofSubject(subject: CardSubject): Pick<CardState, "view" | "subject"> {
  return { view: "subject", subject };
}
