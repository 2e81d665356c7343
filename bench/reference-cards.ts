import type { Card } from "../src/cards/card.ts";
import { cardFor } from "../src/cards/card-for.ts";
import type { View } from "../src/stats/views.ts";
import type { Plugin } from "./plugin.ts";
import { GUILD, referenceContext } from "./reference-guild.ts";

/** A card of the reference guild, and what makes it. */
export interface ReferenceCard {
  readonly name: string;
  readonly view: View;
  /** As a command does, from the view. */
  make(): Card;
}

/** One card of each view. @param cdn where pictures come from */
export async function referenceCards({ query }: Plugin, cdn: string): Promise<ReferenceCard[]> {
  const { guildId, members, textChannels } = GUILD;
  const context = referenceContext(cdn);
  const views: readonly (readonly [string, View])[] = [
    ["server", await query.server(guildId)],
    ["member", await query.member(guildId, members[3]?.id ?? "")],
    ["channel", await query.channel(guildId, textChannels[2] ?? "")],
    ["top", await query.top(guildId, { metric: "messages", of: "members" })],
  ];
  return views.map(([name, view]) => ({
    name,
    view,
    make: () => cardFor(view, context),
  }));
}

/** The card with another footer: another card, which no cache has, though its avatars are in memory. */
export function another(card: Card, number: number): Card {
  return { ...card, footer: `${card.footer} · ${number}` };
}
