import { type Guild, type GuildBasedChannel, type GuildMember, PermissionFlagsBits } from "discord.js";
import type { ServerCard } from "../../server-card.ts";
import type { PostPlan } from "../../store/scheduled-post.ts";
import { isAllowed, shownToAll } from "../cards/access.ts";
import { isOfActivities } from "../cards/card-views.ts";
import type { CommandContext } from "../context.ts";

/** What posting a card takes, by the name of its message. */
const NEEDED = [
  ["viewChannel", PermissionFlagsBits.ViewChannel],
  // Who may not enter a voice channel sees none of its messages.
  ["connect", PermissionFlagsBits.Connect],
  ["sendMessages", PermissionFlagsBits.SendMessages],
  ["attachFiles", PermissionFlagsBits.AttachFiles],
] as const;
export type Needed = (typeof NEEDED)[number][0];

/** Why a card cannot be posted now, by what is to be done about it. */
export type Obstacle =
  /** GuildStats is turned off in the guild. */
  | { readonly kind: "disabled" }
  | { readonly kind: "activitiesOff" }
  /** The card is of members whom the guild does not show to all. */
  | { readonly kind: "membersHidden" }
  | { readonly kind: "permissions"; readonly missing: readonly Needed[] };

/** What keeps a card from being posted; `null`: nothing that is known. */
export function obstacleTo(
  context: CommandContext,
  guild: Guild,
  { channelId, card }: Pick<PostPlan, "channelId" | "card">,
): Obstacle | null {
  if (!context.isEnabled(guild.id)) return { kind: "disabled" };
  if (isOfActivities(card) && !context.countsActivities) return { kind: "activitiesOff" };
  if (!showsSomething(context, guild, card)) return { kind: "membersHidden" };
  const channel = guild.channels.cache.get(channelId);
  const { me } = guild.members;
  const missing = channel && me ? missingFor(me, channel) : [];
  return missing.length === 0 ? null : { kind: "permissions", missing };
}

/** Who asks with a command is shown their own place among members that are hidden; a card for all would show nobody. */
function showsSomething(context: CommandContext, { id }: Guild, card: ServerCard): boolean {
  const shown = shownToAll(context, id, null);
  return isAllowed({ view: card, subject: null }, shown) && (shown.isAll || !card.endsWith("-members"));
}

/** What a member lacks to post a picture in a channel. */
export function missingFor(member: GuildMember, channel: GuildBasedChannel): readonly Needed[] {
  const has = channel.permissionsFor(member);
  return NEEDED.filter(([name]) => name !== "connect" || channel.isVoiceBased()).flatMap(([name, bit]) =>
    has.has(bit) ? [] : [name],
  );
}
