import type { Card, CardContext } from "../../src/cards/card.ts";
import { cardFor } from "../../src/cards/card-for.ts";
import type { View } from "../../src/stats/views.ts";
import { type Amount, subjects, views } from "./views.ts";

export const AMOUNTS: readonly Amount[] = ["none", "one", "lively", "huge"];

/** A view's card, in English, dark, and on a fixed day, unless told otherwise. */
export function cardOf(view: View, context: Partial<CardContext> = {}): Card {
  return cardFor(view, {
    names: subjects(),
    locale: "en",
    theme: "dark",
    accent: null,
    bannerUrl: null,
    mode: "card",
    viewerId: null,
    nowMs: Date.UTC(2026, 2, 15, 12),
    ...context,
  });
}

/** A lively server's card. */
export function serverCard(context: Partial<CardContext> = {}): Card {
  const view = views("lively").find(({ kind }) => kind === "server");
  if (view === undefined) throw new Error("no server view");
  return cardOf(view, context);
}
