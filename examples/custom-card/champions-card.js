import { cardFor } from "guildstats";

/**
 * The week's top members as a card of its own. `cardFor` gives a whole card; what is to be different is replaced. All
 * of a card may be: it is plain data, and what it holds decides each of its pixels.
 * @param {import("guildstats").TopView} view
 * @param {import("guildstats").CardContext} context
 * @returns {import("guildstats").Card}
 */
export function championsCard(view, context) {
  const card = cardFor(view, context);
  const [first, second, third] = view.entries;
  const podium = [first, second, third].flatMap((entry, index) =>
    entry ? [{ label: `${index + 1}. ${context.names.member(entry.id).name}`, ...figure(entry.value) }] : [],
  );
  if (podium.length === 0) return card;
  return {
    ...card,
    title: "Champions of the week",
    accent: 0xd4a017,
    panels: [[{ kind: "strip", title: "Podium", rows: podium }], ...card.panels],
    // Members who do not see pictures are told the same.
    alt: `Champions of the week: ${podium.map(({ label, value }) => `${label}, ${value}`).join("; ")}`,
  };
}

/** @param {number} messages */
function figure(messages) {
  return { value: messages.toLocaleString("en"), note: "", change: null };
}
