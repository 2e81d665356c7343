import { type Clock, Pace } from "../clock.ts";
import type { Snowflake } from "../snowflake.ts";
import type { GuildLeases, OpenSessions, Verdict } from "../store/leases.ts";
import type { Admission } from "./admission.ts";
import type { AwakeTime } from "./awake-time.ts";
import type { Epochs } from "./epochs.ts";
import type { ErasedUsers } from "./erased-users.ts";
import type { Chapter, EventLogs, LoggedEvent } from "./event-logs.ts";
import type { HandOver } from "./hand-over.ts";
import { tell } from "./happenings.ts";
import { type Missed, missedByHolder } from "./missed-by-holder.ts";
import type { GuildState, LateObserver } from "./observer.ts";
import type { WriteQueue } from "./write-queue.ts";

/** What of a process has to do with whose to count a guild is. */
export interface ClaimingParts {
  readonly leases: GuildLeases;
  readonly writer: string;
  readonly clock: Clock;
  readonly epochs: Epochs;
  readonly logs: EventLogs;
  readonly counter: LateObserver;
  readonly handOver: HandOver;
  readonly queue: WriteQueue;
  readonly admission: Admission;
  readonly erased: ErasedUsers;
  /** Now, as the counter's clock has it, Unix milliseconds. */
  nowMs(): number;
  /** Takes in what other processes changed up to now, in settings, posts and erasures. Never rejects. */
  upToDate(): Promise<void>;
  /** A guild as it is now; `null`: the bot does not see it. */
  stateOf(guildId: Snowflake): GuildState | null;
}

/** What one process has heard, another one that is awake has heard by so much later: the gateway takes no longer. */
const LATENESS_MS = 2_000;

export type Granted = Extract<Verdict, { readonly kind: "granted" }>;

/** Counts on in guilds that were granted, from where the holder before ended. */
export class Takeover {
  readonly #parts: ClaimingParts;
  readonly #awake: AwakeTime;
  readonly #taken: (guildId: Snowflake) => void;

  /** @param taken the guild is this process's from now on */
  constructor(parts: ClaimingParts, awake: AwakeTime, taken: (guildId: Snowflake) => void) {
    this.#parts = parts;
    this.#awake = awake;
    this.#taken = taken;
  }

  /**
   * Begins to count guilds; lets go of those that the bot does not see any more.
   * @param cease says that a guild is asked for no more. @returns whether it still was
   * @throws `STORE_*`
   */
  async take(granted: readonly Granted[], cease: (guildId: Snowflake) => boolean): Promise<void> {
    const { leases, writer, queue } = this.#parts;
    // Whoever counted these knew more.
    await this.#parts.upToDate();
    // In the line of erasures: whoever is erased between the reading and the counting would be counted on.
    const left = await queue.step(() => this.#enterAll(granted, cease));
    const releases = left.map(({ guildId, epoch, settledMs }) => ({
      guildId,
      epoch,
      settledMs: settledMs ?? 0,
    }));
    if (releases.length > 0) await leases.release(writer, releases);
  }

  /** @returns guilds that nobody asks for any more */
  async #enterAll(granted: readonly Granted[], cease: (guildId: Snowflake) => boolean): Promise<Granted[]> {
    const { leases, clock, admission } = this.#parts;
    const { voice, activities } = await leases.openSessions(granted.map(({ guildId }) => guildId));
    const isAdmitted = ({ userId }: { readonly userId: Snowflake }): boolean => !admission.isRefused(userId);
    const voiceOf = byGuild(voice.filter(isAdmitted));
    const activitiesOf = byGuild(activities.filter(isAdmitted));
    const pace = new Pace(clock);
    const left: Granted[] = [];
    for (const verdict of granted) {
      const { guildId } = verdict;
      if (cease(guildId))
        this.#enter(verdict, {
          voice: voiceOf.get(guildId) ?? [],
          activities: activitiesOf.get(guildId) ?? [],
        });
      else left.push(verdict);
      await pace.turnIfDue();
    }
    return left;
  }

  /** First counts what happened since the holder before ended, as far as that was seen. */
  #enter({ guildId, epoch, settledMs }: Granted, open: OpenSessions): void {
    const { epochs, logs, counter, handOver, stateOf, nowMs } = this.#parts;
    const log = logs.take(guildId);
    const beganMs = settledMs ?? Number.NEGATIVE_INFINITY;
    const chapters = chaptersBehind(beganMs, log?.chapters ?? []);
    const [first] = chapters;
    const isSeen = first !== undefined && first.sinceMs <= beganMs;
    epochs.granted(guildId, epoch);
    handOver.take(guildId, open, isSeen);
    const last = chapters.at(-1);
    const isAsItWas = last?.state != null && last.events.length === 0 && last.sinceMs > beganMs;
    const state = isAsItWas ? null : stateOf(guildId);
    if (isSeen) {
      const end = { atMs: beganMs, heardByMs: this.#awake.since(beganMs, LATENESS_MS), open };
      // Behind a gap it says nothing of how it was before.
      const now = chapters.length === 1 ? state : null;
      this.#catchUp(guildId, missedByHolder(first, end, now), beganMs);
    }
    for (const chapter of chapters) {
      const goesOn = chapter === first && isSeen;
      if (chapter.state && !goesOn) counter.arrived(chapter.state, chapter.sinceMs);
      // Without a beginning, what follows says little of who is where.
      const isWhole = chapter.state !== null || goesOn;
      for (const event of eventsBehind(beganMs, chapter))
        if (isWhole || event.happening.kind === "coming") tell(counter, guildId, event.happening, event.atMs);
    }
    if (state !== null) counter.arrived(state, nowMs());
    for (const message of log?.messages ?? []) counter.message(message);
    this.#taken(guildId);
  }

  /** Has all be as it was when the holder before ended, as far as this process knew better. */
  #catchUp(guildId: Snowflake, { voices, company, activities }: Missed, beganMs: number): void {
    const { counter, erased } = this.#parts;
    // Of whom it was erased since then what they did is not to come back.
    const isKept = (of: { readonly guildId: Snowflake; readonly userId: Snowflake }): boolean =>
      !erased.covers(of, beganMs);
    counter.company(guildId, company, beganMs);
    for (const voice of voices.filter(isKept)) counter.voice(voice, [], beganMs);
    for (const activity of activities.filter(isKept)) counter.activities(activity, beganMs);
  }
}

/**
 * What is to be counted behind an instant. In its very millisecond nobody knows which came first: who is where is told twice
 * without harm, and a leaving that nobody told would be found out late; who comes or goes counts each time. What is told when the
 * line is back may have happened since it was lost. That it was lost by then is told again.
 */
function eventsBehind(beganMs: number, { events }: Chapter): LoggedEvent[] {
  let lostMs: number | null = null;
  return events.filter(({ atMs, happening }) => {
    switch (happening.kind) {
      case "lost":
        lostMs ??= atMs;
        return true;
      case "back":
        lostMs = null;
        return true;
      case "coming":
        return (lostMs ?? atMs) > beganMs;
      case "voice":
      case "company":
      case "voices":
      case "activities":
      case "readmitted":
      case "members":
        return atMs >= beganMs;
      default:
        return happening satisfies never;
    }
  });
}

/** What was heard behind an instant. A chapter that ended before it is over: what was so then may not be so any more. */
function chaptersBehind(beganMs: number, chapters: readonly Chapter[]): readonly Chapter[] {
  return chapters.filter(({ sinceMs, events }, at) => {
    const lostMs = events.at(-1)?.atMs ?? sinceMs;
    return at === chapters.length - 1 || lostMs > beganMs;
  });
}

function byGuild<Session extends { readonly guildId: Snowflake }>(
  sessions: readonly Session[],
): Map<Snowflake, Session[]> {
  const groups = new Map<Snowflake, Session[]>();
  for (const session of sessions) {
    const group = groups.get(session.guildId) ?? [];
    group.push(session);
    groups.set(session.guildId, group);
  }
  return groups;
}
