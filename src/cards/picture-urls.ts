import type { Card } from "./card.ts";

/** Addresses of all pictures that a card is drawn with, each once. */
export function pictureUrls(card: Card): ReadonlySet<string> {
  const subjects = card.panels.flat().flatMap((panel) => {
    switch (panel.kind) {
      case "ranking":
        return panel.rows.map(({ subject }) => subject);
      case "comparison":
        return panel.sides;
      case "figures":
      case "strip":
      case "note":
      case "split":
      case "heatmap":
        return [];
      default:
        return panel satisfies never;
    }
  });
  const urls = [
    card.bannerUrl,
    card.iconUrl,
    card.subject.imageUrl,
    ...subjects.map((each) => each.imageUrl),
  ];
  return new Set(urls.filter((url) => url !== null));
}
