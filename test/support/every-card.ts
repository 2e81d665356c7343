import type { Card, CardContext, Names, Panel, Subject } from "../../src/cards/card.ts";
import type { View } from "../../src/stats/views.ts";
import { AMOUNTS, cardOf } from "./card-of.ts";
import { type Amount, views } from "./views.ts";

export const MODES = ["card", "graph"] as const satisfies readonly Card["mode"][];

/** Every sample view, with a title that tells two of a kind apart. */
export const EVERY = AMOUNTS.flatMap((amount) =>
  views(amount).map((view, index) => ({ amount, view, kind: view.kind, title: `${index} ${view.kind}` })),
);

/** The view that may be of a kind; some are of one of two. */
type ViewOf<K extends View["kind"], V extends View = View> = V extends View
  ? K extends V["kind"]
    ? V
    : never
  : never;

/** The first sample view of a kind. */
export function find<K extends View["kind"]>(kind: K, amount: Amount): ViewOf<K> {
  const isIt = (view: View): view is View & ViewOf<K> => view.kind === kind;
  const found = views(amount).find(isIt);
  if (found === undefined) throw new Error(`no view ${kind}`);
  return found;
}

export type PanelOf<K extends Panel["kind"]> = Extract<Panel, { kind: K }>;

/** A card's panels of one kind, in reading order. */
export function panelsOf<K extends Panel["kind"]>({ panels }: Card, kind: K): readonly PanelOf<K>[] {
  return panels.flat().filter((panel): panel is PanelOf<K> => panel.kind === kind);
}

/** All that a card says in figures: what its words must hold as well. */
export function figuresOf(card: Card): readonly string[] {
  return [
    ...[...panelsOf(card, "figures"), ...panelsOf(card, "strip")].flatMap(({ rows }) =>
      rows.flatMap(({ label, value, note, change }) => [`${label}: ${value}`, note, change?.spoken ?? ""]),
    ),
    ...panelsOf(card, "split").flatMap(({ rows }) => rows.map(({ label, value }) => `${label}: ${value}`)),
    ...panelsOf(card, "comparison").flatMap(({ rows }) =>
      rows.map(({ label, values, changes }) => {
        const [one, other] = values.map((value, side) => {
          const change = changes[side] ?? null;
          return change === null ? value : `${value} (${change.spoken})`;
        });
        return `${label}: ${one} and ${other}`;
      }),
    ),
    ...panelsOf(card, "heatmap").map(({ summary }) => summary),
    ...panelsOf(card, "note").map(({ text }) => text),
  ];
}

/** A card's lists as they are read: two columns are one list. */
export function listsOf(card: Card): readonly PanelOf<"ranking">[] {
  const lists: PanelOf<"ranking">[] = [];
  for (const panel of panelsOf(card, "ranking")) {
    const before = lists.at(-1);
    if (before === undefined || panel.title !== "Ranking, continued") lists.push(panel);
    else lists[lists.length - 1] = { ...before, rows: [...before.rows, ...panel.rows] };
  }
  return lists;
}

/** A sample view's card as the one in its middle sees it. */
export function cardSeenBy(view: View, context: Partial<CardContext> = {}): Card {
  return cardOf(view, { viewerId: "300000000000000052", ...context });
}

/** All subjects with one name. */
export function allNamed(name: string): Names {
  const named =
    (kind: Subject["kind"]) =>
    (id: string): Subject => ({ id, name, imageUrl: null, kind, colour: null });
  return {
    guild: named("guild")("1"),
    member: named("member"),
    channel: named("text"),
    role: named("role"),
    category: named("category"),
  };
}
