import type { Snowflake } from "../../snowflake.ts";
import type { Answerable } from "../replies.ts";
import { audienceOf } from "./audience.ts";
import type { CardState } from "./card-state.ts";
import type { CardSubject } from "./card-views.ts";

/** What the shown view is about; `null`: the server. The subject may be kept for the way back alone. */
export function subjectShown({ view, subject }: CardState): CardSubject | null {
  return view === "subject" || view === "subject-activities" ? subject : null;
}

/** Whether everyone who may see the answer's channel may see the channels that the card is about. */
export function isForAllHere(interaction: Answerable, state: CardState): boolean {
  return channelsIn(subjectShown(state)).every(audienceOf(interaction, false).sees);
}

/** Ids below a card can be read: what they keep for the way back alone is no channel that is hidden from a reader. */
export function withoutHidden(interaction: Answerable, state: CardState, isPrivate: boolean): CardState {
  if (subjectShown(state) !== null) return state;
  const isSeen = channelsIn(state.subject).every(audienceOf(interaction, isPrivate).sees);
  return isSeen ? state : { ...state, subject: null };
}

/**
 * Channels that decide who may see the card, and are not in the client's memory: they are gone, or are archived threads,
 * which the gateway does not tell of after a restart.
 */
export function unknownChannels({ guild, channelId }: Answerable, state: CardState): readonly Snowflake[] {
  const ids = new Set([channelId, ...channelsIn(subjectShown(state))]);
  return [...ids].filter((id) => !guild.channels.cache.has(id));
}

function channelsIn(subject: CardSubject | null): readonly Snowflake[] {
  switch (subject?.kind) {
    case "channel":
      return [subject.channelId];
    case "category":
      return [subject.categoryId];
    case "compare":
      return subject.of === "channels" ? subject.ids : [];
    default:
      return [];
  }
}
