import type { Snowflake } from "../snowflake.ts";
import type { RankedEntry, View } from "./views.ts";

/**
 * A view without the lines of members who are not to be shown; places and totals stay what they are. Views that are
 * about one member, or two, are not for this: whether they may be shown is asked before they are made.
 */
export function withMembers(view: View, shows: (memberId: Snowflake) => boolean): View {
  const shown = (entries: readonly RankedEntry[]): readonly RankedEntry[] =>
    entries.filter(({ id }) => shows(id));
  switch (view.kind) {
    case "server":
    case "channel":
    case "role":
    case "category": {
      const { messages, voice } = view.topMembers;
      return { ...view, topMembers: { messages: shown(messages), voice: shown(voice) } };
    }
    case "messages":
    case "voice":
    case "activities":
    case "activity":
      return { ...view, topMembers: shown(view.topMembers) };
    case "member": {
      const { messages, voice } = view.neighbours;
      return { ...view, neighbours: { messages: shown(messages), voice: shown(voice) } };
    }
    case "top":
      if (view.of !== "members") return view;
      // What is left is a line or none, wherever the page was.
      return { ...view, entries: shown([...view.entries, ...view.around]), around: [], page: 0, pages: 1 };
    case "member-activities":
    case "compare":
    case "growth":
    case "rhythm":
      return view;
    default:
      return view satisfies never;
  }
}
