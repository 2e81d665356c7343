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

/** Of whom, and of which channels' company, something was heard since a holder ended. */
interface Later {
  readonly userIds: ReadonlySet<Snowflake>;
  readonly channelIds: ReadonlySet<Snowflake>;
}

/**
 * What the holder before may not have heard when it ended, and this process had: that somebody had left, come or moved. Of
 * whom nothing was heard since then, it was as it is now; all others are as they were stored, and what was heard of them
 * follows. So it is with how many people are in a channel, whether they are counted or not.
 * @param state of the guild now
 * @param open as the holder left it
 */
export function missedByHolder(state: GuildState, open: OpenSessions, later: Later): Missed {
  const { guildId } = state;
  const isSettled = ({ userId }: { readonly userId: Snowflake }): boolean => !later.userIds.has(userId);
  const inVoice = idsOf(state.voices);
  const left = open.voice.filter(({ userId }) => !inVoice.has(userId));
  const people = new Map([...open.voice.map(({ channelId }) => [channelId, 0] as const), ...state.company]);
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
    company: [...people].filter(([channelId]) => !later.channelIds.has(channelId)),
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
