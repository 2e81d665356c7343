import type { Snowflake } from "../snowflake.ts";
import type { OpenSessions } from "../store/leases.ts";
import type { ActivityObservation, Company, VoiceObservation } from "./observations.ts";
import type { GuildState } from "./observer.ts";

/** How members stood when a holder ended, as the next one knows it. */
export interface Missed {
  readonly voices: readonly VoiceObservation[];
  readonly company: Company;
  readonly activities: readonly ActivityObservation[];
}

/**
 * What the holder before may not have heard when it ended, and this process had: that somebody had left, come or moved. Of
 * whom nothing was heard since then, it was as it is now; all others are as they were stored, and what was heard of them
 * follows.
 * @param state of the guild now
 * @param open as the holder left it
 * @param later of whom something was heard since
 */
export function missedByHolder(state: GuildState, open: OpenSessions, later: ReadonlySet<Snowflake>): Missed {
  const { guildId } = state;
  const isSettled = ({ userId }: { readonly userId: Snowflake }): boolean => !later.has(userId);
  const inVoice = idsOf(state.voices);
  const left = open.voice.filter(({ userId }) => !inVoice.has(userId));
  const moved = [...open.voice, ...state.voices].filter((of) => !isSettled(of));
  const crowds = new Set(moved.map(({ channelId }) => channelId));
  const active = idsOf(state.activities ?? []);
  const idle = open.activities.filter(({ userId }) => !active.has(userId));
  return {
    voices: [
      ...left.map(({ userId, bot, sessionId }) => ({
        ...{ guildId, userId, bot, sessionId },
        channelId: null,
        state: 0,
      })),
      ...state.voices,
    ].filter(isSettled),
    // How many are in the others is told with what follows.
    company: state.company.filter(([channelId]) => !crowds.has(channelId)),
    activities:
      state.activities === null
        ? []
        : [
            ...idle.map(({ userId, bot }) => ({ guildId, userId, bot, activities: [] })),
            ...state.activities,
          ].filter(isSettled),
  };
}

function idsOf(all: readonly { readonly userId: Snowflake }[]): ReadonlySet<Snowflake> {
  return new Set(all.map(({ userId }) => userId));
}
