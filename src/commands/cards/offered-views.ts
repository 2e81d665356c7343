import type { Snowflake } from "../../snowflake.ts";
import type { CommandContext } from "../context.ts";
import { isForEveryone } from "./access.ts";
import { subjectShown } from "./card-channels.ts";
import { type CardState, withView } from "./card-state.ts";
import { isOfActivities, VIEW_CHOICES, type ViewChoice } from "./card-views.ts";

/** Whether a card shows nothing without time in activities. */
export function isOfActivityTime(state: CardState): boolean {
  return isOfActivities(state.view) || subjectShown(state)?.kind === "activity";
}

/** What the select of views offers below a card of the server that came by itself, for all who read it. */
export function viewsForEveryone(
  context: CommandContext,
  guildId: Snowflake,
  state: CardState,
): readonly ViewChoice[] {
  return VIEW_CHOICES.filter((choice) => {
    const next = withView(state, choice);
    if (next === null || !isForEveryone(context, guildId, next)) return false;
    return context.countsActivities || !isOfActivityTime(next);
  });
}
