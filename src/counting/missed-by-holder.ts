import type { PlaceId } from "../place-id.ts";
import type { Snowflake } from "../snowflake.ts";
import type { OpenSessions } from "../store/leases.ts";
import { type Chapter, type LoggedEvent, lastOfLine } from "./event-logs.ts";
import { doingOf, type Happening, voicesOf } from "./happenings.ts";
import type { ActivityObservation, Company, VoiceObservation } from "./observations.ts";
import type { GuildState } from "./observer.ts";

/** How a holder left a guild, as the next process finds it. */
export interface HoldersEnd {
  /** Unix milliseconds. */
  readonly atMs: number;
  /** By then this process had heard all that happened before the end; Unix milliseconds. */
  readonly heardByMs: number;
  /** As the holder left the guild. */
  readonly open: OpenSessions;
}

/** How members stood when a holder ended, as far as the next one knows. */
export interface Missed {
  readonly voices: readonly VoiceObservation[];
  readonly company: Company;
  readonly activities: readonly ActivityObservation[];
}

interface OfUser {
  readonly userId: Snowflake;
}

/** Whose voice, whose activities and which channels' company some events are about. */
interface Concerned {
  readonly inVoice: ReadonlySet<Snowflake>;
  readonly active: ReadonlySet<Snowflake>;
  readonly channelIds: ReadonlySet<Snowflake>;
}

/**
 * What the holder before may not have heard when it ended, and this process had: that somebody had left, come or moved, or
 * did something else. Of whom it is not known how they were then, nothing is told: they are as they were stored, and what was
 * heard of them since follows. So it is with whom it knew better than this process, which heard a little later of what is stored.
 * @param chapter in which the holder ended
 * @param now the guild as it is, if the chapter lasts until now
 */
export function missedByHolder(
  chapter: Chapter,
  { atMs: endMs, heardByMs, open }: HoldersEnd,
  now: GuildState | null,
): Missed {
  const before = chapter.events.filter(({ atMs }) => atMs < endMs);
  const since = chapter.events.filter(({ atMs }) => atMs >= endMs);
  // Without a beginning there is the end: whoever is not told of in between was so all along.
  const told = concerned(chapter.state === null ? since : []);
  const known = new Known(chapter.state ?? now, told, open);
  for (const { happening } of before) known.take(happening);
  // What is told when the line is back may have been so already.
  const unsure = concerned(isLost(before) ? untilBack(since) : []);
  const late = since.filter(({ atMs }) => atMs < heardByMs);
  const doubts = [unsure, heardBefore(open, late)];
  const isSure = (what: keyof Concerned, id: Snowflake): boolean =>
    !doubts.some((doubt) => doubt[what].has(id));
  return {
    voices: [...known.voices.values()].filter(({ userId }) => isSure("inVoice", userId)),
    company: [...known.company].filter(([channelId]) => isSure("channelIds", channelId)),
    activities: [...known.activities.values()].filter(({ userId }) => isSure("active", userId)),
  };
}

/** Of whom a holder had stored what some events tell. */
function heardBefore(open: OpenSessions, events: readonly LoggedEvent[]): Concerned {
  const seats = new Map(open.voice.map((session) => [session.userId, session]));
  const doing = new Map<Snowflake, Set<PlaceId>>();
  for (const { userId, activityId, uncountedSinceMs, endedMs } of open.activities)
    if (uncountedSinceMs !== null || endedMs === null)
      doing.set(userId, (doing.get(userId) ?? new Set()).add(activityId));
  const inVoice = new Set<Snowflake>();
  const active = new Set<Snowflake>();
  const channelIds = new Set<Snowflake>();
  for (const { happening } of events) {
    for (const { userId, channelId, sessionId } of voicesOf(happening)) {
      const seat = seats.get(userId);
      const isThere = seat?.channelId === channelId && seat.sessionId === sessionId;
      if (channelId === null ? seat !== undefined : !isThere) continue;
      inVoice.add(userId);
      if (happening.kind === "voice") for (const [changed] of happening.company) channelIds.add(changed);
    }
    for (const { userId, activities } of doingOf(happening)) {
      const stored = doing.get(userId);
      const isStored = activities.every(({ activityId }) => stored?.has(activityId));
      if (isStored && activities.length === (stored?.size ?? 0)) active.add(userId);
    }
  }
  return { inVoice, active, channelIds };
}

/** How the members of a guild are, and how many are in its channels. */
class Known {
  readonly voices = new Map<Snowflake, VoiceObservation>();
  readonly company = new Map<Snowflake, number>();
  readonly activities = new Map<Snowflake, ActivityObservation>();

  /**
   * @param state `null`: nothing is known
   * @param except of whom it is not known
   * @param open who was in voice or did something earlier, and, if not in the state, left or ceased
   */
  constructor(state: GuildState | null, except: Concerned, open: OpenSessions) {
    if (state === null) return;
    const { guildId } = state;
    const isSeated = ({ userId }: OfUser): boolean => !except.inVoice.has(userId);
    const isActive = ({ userId }: OfUser): boolean => !except.active.has(userId);
    for (const session of open.voice.filter(isSeated)) this.voices.set(session.userId, absent(session));
    for (const voice of state.voices.filter(isSeated)) this.voices.set(voice.userId, voice);
    const emptied = open.voice.map(({ channelId }) => [channelId, 0] as const);
    for (const [channelId, people] of [...emptied, ...state.company])
      if (!except.channelIds.has(channelId)) this.company.set(channelId, people);
    if (state.activities === null) return;
    for (const { userId, bot } of open.activities.filter(isActive))
      this.activities.set(userId, { guildId, userId, bot, activities: [] });
    for (const doing of state.activities.filter(isActive)) this.activities.set(doing.userId, doing);
  }

  take(happening: Happening): void {
    switch (happening.kind) {
      case "voice":
        this.voices.set(happening.voice.userId, happening.voice);
        this.#count(happening.company);
        break;
      case "company":
        this.#count(happening.company);
        break;
      case "voices":
        for (const [userId, voice] of this.voices) this.voices.set(userId, absent(voice));
        for (const voice of happening.voices) this.voices.set(voice.userId, voice);
        this.#count(happening.company);
        break;
      case "activities":
        this.activities.set(happening.doing.userId, happening.doing);
        break;
      case "readmitted": {
        const { doing } = happening;
        const activities = doing.activities.map((activity) => ({ ...activity, startMs: null }));
        this.activities.set(doing.userId, { ...doing, activities });
        break;
      }
      case "coming":
      case "members":
      case "lost":
      case "back":
        break;
      default:
        happening satisfies never;
    }
  }

  #count(company: Company): void {
    for (const [channelId, people] of company) this.company.set(channelId, people);
  }
}

function absent({
  guildId,
  userId,
  bot,
  sessionId,
}: Pick<VoiceObservation, "guildId" | "userId" | "bot" | "sessionId">): VoiceObservation {
  return { guildId, userId, bot, sessionId, channelId: null, state: 0 };
}

function concerned(events: readonly LoggedEvent[]): Concerned {
  const channels = events.flatMap(({ happening }) => ("company" in happening ? happening.company : []));
  return {
    inVoice: new Set(events.flatMap(({ happening }) => voicesOf(happening).map(({ userId }) => userId))),
    active: new Set(events.flatMap(({ happening }) => doingOf(happening).map(({ userId }) => userId))),
    channelIds: new Set(channels.map(([channelId]) => channelId)),
  };
}

/** Whether the line was away behind some events. */
function isLost(events: readonly LoggedEvent[]): boolean {
  return lastOfLine(events)?.happening.kind === "lost";
}

function untilBack(events: readonly LoggedEvent[]): readonly LoggedEvent[] {
  const back = events.findIndex(({ happening }) => happening.kind === "back");
  return events.slice(0, back < 0 ? events.length : back);
}
