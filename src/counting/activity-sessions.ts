import { HOUR_MS, hourOf } from "../clock.ts";
import type { PlaceId } from "../place-id.ts";
import type { Snowflake } from "../snowflake.ts";
import type { ActivityChanges, OpenActivity } from "../store/store.ts";
import type { ActivityObservation, Count, SeenActivity } from "./observations.ts";

interface Session {
  readonly bot: boolean;
  /** Up to here it is counted, Unix milliseconds; its beginning while it is too short to be. */
  sinceMs: number;
  isCounted: boolean;
  /** One that ended stays while Discord might give its beginning once more: its time must not count again. */
  isOpen: boolean;
  /** Up to here an earlier one of the same was counted, Unix milliseconds; `null`: none was. */
  readonly earlierMs: number | null;
  /** It was seen at least until then, Unix milliseconds. */
  seenMs: number;
}

type MemberActivities = Map<PlaceId, Session>;

interface GuildActivities {
  readonly members: Map<Snowflake, MemberActivities>;
  /** From then on nobody knows who does what, Unix milliseconds; `null` while events come. */
  unseenSinceMs: number | null;
}

export interface ActivityBounds {
  /** Shorter sessions are not counted, milliseconds. */
  readonly minimumMs: number;
  /** Longer gaps are not counted, and older beginnings not believed, milliseconds. */
  readonly longestGapMs: number;
}

/**
 * What members do, since when it is not counted yet. Each activity of each member has its own clock in each guild,
 * which runs from the first sight of it, or from Discord's own start if that can be, to the end of it: whatever else
 * changes in a presence does not touch it.
 *
 * A session counts once it has lasted for the minimum, then from its beginning; from there on by interval, like time
 * in voice, cut at hour edges. While the gateway is away a guild is *unseen*: nothing is counted beyond the moment it
 * went. An activity that is found again, and began before that moment by Discord's own account, went on throughout.
 * Where Discord gives no start nobody can tell, and the time between is not counted.
 */
export class ActivitySessions {
  readonly #guilds = new Map<Snowflake, GuildActivities>();
  readonly #count: (count: Count) => void;
  readonly #minimumMs: number;
  readonly #longestGapMs: number;
  /** Sessions that the store does not know as they are: guild → user → activities. */
  readonly #changed = new Map<Snowflake, Map<Snowflake, Set<PlaceId>>>();
  #notBeforeMs = 0;

  constructor(count: (count: Count) => void, { minimumMs, longestGapMs }: ActivityBounds) {
    this.#count = count;
    this.#minimumMs = minimumMs;
    this.#longestGapMs = longestGapMs;
  }

  /** What was not counted before this moment never is: it was refused, or erased. */
  notBefore(sinceMs: number): void {
    this.#notBeforeMs = Math.max(this.#notBeforeMs, sinceMs);
  }

  /** Whether these are the very activities that are open: most changes of a presence concern nothing that counts. */
  isKnown({ guildId, userId, activities }: ActivityObservation): boolean {
    const member = this.#guilds.get(guildId)?.members.get(userId);
    if (member === undefined) return activities.length === 0;
    let open = 0;
    for (const session of member.values()) if (session.isOpen) open++;
    return open === activities.length && activities.every(({ activityId }) => member.get(activityId)?.isOpen);
  }

  /** All that a member is doing now, of what may be counted: what is new begins, what is not there ended. */
  observe({ guildId, userId, bot, activities }: ActivityObservation, nowMs: number): void {
    if (activities.length === 0 && !this.#guilds.get(guildId)?.members.has(userId)) return;
    const guild = this.#guildOf(guildId);
    const member: MemberActivities = guild.members.get(userId) ?? new Map();
    const seen = new Set(activities.map(({ activityId }) => activityId));
    for (const activityId of member.keys()) {
      if (!seen.has(activityId)) this.#end(guildId, userId, activityId, nowMs);
    }
    for (const activity of activities) {
      const before = member.get(activity.activityId);
      if (before?.isOpen) continue;
      // An end may have emptied the guild's map of this member.
      guild.members.set(userId, member);
      const sinceMs = this.#beginning(activity, before, nowMs);
      const earlierMs = before?.sinceMs ?? null;
      const session = { bot, sinceMs, isCounted: false, isOpen: true, earlierMs, seenMs: nowMs };
      member.set(activity.activityId, session);
      this.#touch(guildId, userId, activity.activityId);
    }
  }

  /** Counts all open sessions up to `nowMs`, of one guild or of all. */
  settle(nowMs: number, guildId?: Snowflake): void {
    const ids = guildId === undefined ? this.#guilds.keys() : [guildId];
    for (const id of ids) {
      const guild = this.#guilds.get(id);
      if (guild === undefined) continue;
      for (const [userId, member] of guild.members) {
        for (const [activityId, session] of member) {
          if (session.isOpen) this.#settle(id, userId, activityId, guild, session, nowMs);
        }
      }
    }
  }

  /** Lets go of what cannot matter any more: ends of long ago, and what nobody saw for longer than a gap may be. */
  tidy(guildId: Snowflake, nowMs: number): void {
    const guild = this.#guilds.get(guildId);
    if (guild === undefined) return;
    // A gateway that resumes is not away for an hour, and bridges whatever the bound.
    const oldestMs = nowMs - Math.max(this.#longestGapMs, HOUR_MS);
    for (const [userId, member] of guild.members) {
      for (const [activityId, session] of member) {
        const isGone = session.isOpen
          ? guild.unseenSinceMs !== null && seenUntil(session, guild, nowMs) < oldestMs
          : session.sinceMs < oldestMs;
        if (isGone) this.#drop(guildId, userId, activityId);
      }
    }
    if (guild.members.size === 0 && guild.unseenSinceMs === null) this.#guilds.delete(guildId);
  }

  /** The host's clock was set: what ran until `beforeMs` goes on from `afterMs`. */
  step(beforeMs: number, afterMs: number): void {
    this.settle(beforeMs);
    for (const [guildId, guild] of this.#guilds) {
      for (const [userId, member] of guild.members) {
        for (const [activityId, session] of member) {
          const { sinceMs, seenMs, earlierMs } = session;
          // Of all others the store knows no moment.
          if (!session.isCounted || !session.isOpen) this.#touch(guildId, userId, activityId);
          const moved = (ms: number): number => ms + afterMs - beforeMs;
          member.set(activityId, {
            ...session,
            sinceMs: moved(sinceMs),
            seenMs: moved(seenMs),
            earlierMs: earlierMs === null ? null : moved(earlierMs),
          });
        }
      }
      if (guild.unseenSinceMs !== null) guild.unseenSinceMs += afterMs - beforeMs;
    }
  }

  /**
   * What was open when the last run of the bot ended, and waits to be found again; and what had ended.
   * @param isSeen whether all that happened since then was seen, and is told next: then it goes on
   */
  restore(sessions: readonly OpenActivity[], isSeen = false): void {
    for (const { guildId, userId, bot, activityId, uncountedSinceMs, endedMs, settledMs } of sessions) {
      const guild = this.#guildOf(guildId);
      if (!isSeen) guild.unseenSinceMs = Number.NEGATIVE_INFINITY;
      const member: MemberActivities = guild.members.get(userId) ?? new Map();
      guild.members.set(
        userId,
        member.set(activityId, {
          bot,
          sinceMs: uncountedSinceMs ?? endedMs ?? settledMs,
          isCounted: uncountedSinceMs === null,
          isOpen: uncountedSinceMs !== null || endedMs === null,
          earlierMs: endedMs,
          seenMs: settledMs,
        }),
      );
    }
  }

  /** The gateway went away: nothing of the guild is counted beyond now until it is back. */
  lose(guildId: Snowflake, nowMs: number): void {
    // Also where nobody does anything: whoever may be counted before it is back is unseen as well.
    const guild = this.#guildOf(guildId);
    if (guild.unseenSinceMs !== null) return;
    this.settle(nowMs, guildId);
    guild.unseenSinceMs = nowMs;
  }

  /** The gateway is back and has told all that happened meanwhile: what is still open went on throughout. */
  regain(guildId: Snowflake): void {
    const guild = this.#guilds.get(guildId);
    // What an earlier run left waits for the guild's list: nobody has told what happened since.
    if (guild === undefined || guild.unseenSinceMs === Number.NEGATIVE_INFINITY) return;
    guild.unseenSinceMs = null;
    if (guild.members.size === 0) this.#guilds.delete(guildId);
  }

  /** The gateway's full list of what members do, as a GUILD_CREATE carries it, of what may be counted. */
  reconcile(guildId: Snowflake, present: readonly ActivityObservation[], nowMs: number): void {
    const guild = this.#guildOf(guildId);
    const found = new Map(present.map(({ userId, activities }) => [userId, activities]));
    for (const [userId, member] of guild.members) {
      const activities = found.get(userId) ?? [];
      for (const [activityId, session] of member) {
        if (!session.isOpen) continue;
        const seen = activities.find((activity) => activity.activityId === activityId);
        this.#bridge(guildId, userId, activityId, guild, session, seen, nowMs);
        // Also what is as it was: this run of the bot sees it now, and says up to when it is counted.
        this.#touch(guildId, userId, activityId);
      }
    }
    guild.unseenSinceMs = null;
    for (const observation of present) this.observe(observation, nowMs);
    if (guild.members.size === 0) this.#guilds.delete(guildId);
  }

  /** Ends, at once, whatever may not be counted any more. */
  retain(
    guildId: Snowflake,
    admits: (userId: Snowflake, activityId: PlaceId) => boolean,
    nowMs: number,
  ): void {
    for (const [userId, member] of this.#guilds.get(guildId)?.members ?? []) {
      for (const activityId of member.keys()) {
        if (!admits(userId, activityId)) this.#end(guildId, userId, activityId, nowMs);
      }
    }
  }

  /** Ends a guild's sessions and counts them to `nowMs`: it was disabled, or the bot left it. */
  end(guildId: Snowflake, nowMs: number): void {
    this.retain(guildId, () => false, nowMs);
  }

  /** Ends all that an earlier run left open, where it was last seen: activities are not counted any more. */
  endAll(nowMs: number): void {
    for (const guildId of this.#guilds.keys()) this.end(guildId, nowMs);
  }

  /**
   * Drops a user's sessions uncounted: nothing of an erased user may come back. The store erases its own.
   * @param guildId in this guild only; `null`: in all
   */
  forget(userId: Snowflake, guildId: Snowflake | null): void {
    for (const [id, guild] of this.#guilds)
      if (guildId === null || id === guildId) guild.members.delete(userId);
    for (const [id, users] of this.#changed) if (guildId === null || id === guildId) users.delete(userId);
  }

  /** Another process counts the guild: what goes on there is that one's to end. */
  drop(guildId: Snowflake): void {
    this.#guilds.delete(guildId);
    this.#changed.delete(guildId);
  }

  /** Everyone whose activities are known; some several times. */
  *userIds(): Generator<Snowflake, void, void> {
    for (const { members } of [...this.#guilds.values()]) yield* members.keys();
  }

  /** Guilds with activities, or of whose activities the store must be told something; some twice. */
  *guildIds(): Generator<Snowflake, void, void> {
    yield* this.#guilds.keys();
    yield* this.#changed.keys();
  }

  /** Since when nobody knows what members of a guild do, Unix milliseconds; `Infinity` while events come. */
  unseenSinceMs(guildId: Snowflake): number {
    return this.#guilds.get(guildId)?.unseenSinceMs ?? Number.POSITIVE_INFINITY;
  }

  /** What the store must be told of a guild's activities, since it was last asked for. */
  takeChanges(guildId: Snowflake): ActivityChanges {
    const opened: ActivityChanges["opened"][number][] = [];
    const closed: ActivityChanges["closed"][number][] = [];
    const members = this.#guilds.get(guildId)?.members;
    for (const [userId, activities] of this.#changed.get(guildId) ?? []) {
      for (const activityId of activities) {
        const session = members?.get(userId)?.get(activityId);
        if (session === undefined) closed.push({ guildId, userId, activityId });
        else {
          const { bot, sinceMs, isCounted, isOpen, earlierMs } = session;
          const uncountedSinceMs = isCounted ? null : sinceMs;
          const endedMs = isCounted ? (isOpen ? null : sinceMs) : earlierMs;
          opened.push({ guildId, userId, bot, activityId, uncountedSinceMs, endedMs });
        }
      }
    }
    this.#changed.delete(guildId);
    return { opened, closed };
  }

  /** How many activities are open. */
  get size(): number {
    let open = 0;
    for (const { members } of this.#guilds.values()) {
      for (const member of members.values()) {
        for (const session of member.values()) if (session.isOpen) open++;
      }
    }
    return open;
  }

  #guildOf(guildId: Snowflake): GuildActivities {
    let guild = this.#guilds.get(guildId);
    if (guild === undefined) {
      guild = { members: new Map(), unseenSinceMs: null };
      this.#guilds.set(guildId, guild);
    }
    return guild;
  }

  #touch(guildId: Snowflake, userId: Snowflake, activityId: PlaceId): void {
    const users = this.#changed.get(guildId) ?? new Map<Snowflake, Set<PlaceId>>();
    const activities = users.get(userId) ?? new Set<PlaceId>();
    this.#changed.set(guildId, users.set(userId, activities.add(activityId)));
  }

  /**
   * When an activity began: Discord's start, unless that lies ahead, or so far back that the time was counted, or
   * refused, or nobody would be sure of it; else now.
   */
  #beginning({ startMs }: SeenActivity, before: Session | undefined, nowMs: number): number {
    const oldestMs = Math.max(nowMs - this.#longestGapMs, this.#notBeforeMs, before?.sinceMs ?? 0);
    return startMs !== null && startMs >= oldestMs && startMs <= nowMs ? startMs : nowMs;
  }

  /** A gap is over: the session went on throughout, or ended at its beginning. */
  #bridge(
    guildId: Snowflake,
    userId: Snowflake,
    activityId: PlaceId,
    guild: GuildActivities,
    session: Session,
    seen: SeenActivity | undefined,
    nowMs: number,
  ): void {
    const { unseenSinceMs } = guild;
    const seenMs = seenUntil(session, guild, nowMs);
    const startMs = seen?.startMs ?? null;
    const goesOn = seen !== undefined && (unseenSinceMs === null || (startMs !== null && startMs <= seenMs));
    if (!goesOn) {
      this.#end(guildId, userId, activityId, nowMs);
      return;
    }
    if (unseenSinceMs !== null && nowMs - seenMs > this.#longestGapMs) session.sinceMs = nowMs;
    session.seenMs = nowMs;
  }

  #end(guildId: Snowflake, userId: Snowflake, activityId: PlaceId, nowMs: number): void {
    const guild = this.#guilds.get(guildId);
    const session = guild?.members.get(userId)?.get(activityId);
    if (guild === undefined || !session?.isOpen) return;
    this.#settle(guildId, userId, activityId, guild, session, nowMs);
    if (!session.isCounted) {
      if (session.earlierMs === null) {
        this.#drop(guildId, userId, activityId);
        return;
      }
      session.sinceMs = session.earlierMs;
      session.isCounted = true;
    }
    session.isOpen = false;
    this.#touch(guildId, userId, activityId);
  }

  #drop(guildId: Snowflake, userId: Snowflake, activityId: PlaceId): void {
    const members = this.#guilds.get(guildId)?.members;
    const member = members?.get(userId);
    member?.delete(activityId);
    if (member?.size === 0) members?.delete(userId);
    this.#touch(guildId, userId, activityId);
  }

  /** Counts what was seen, if it is long enough by then; while the guild is unseen, nothing beyond that moment. */
  #settle(
    guildId: Snowflake,
    userId: Snowflake,
    placeId: PlaceId,
    guild: GuildActivities,
    session: Session,
    nowMs: number,
  ): void {
    const untilMs = Math.min(nowMs, guild.unseenSinceMs ?? nowMs);
    if (!session.isCounted) {
      if (untilMs - session.sinceMs < this.#minimumMs) return;
      session.isCounted = true;
      this.#touch(guildId, userId, placeId);
    }
    while (session.sinceMs < untilMs) {
      const hour = hourOf(session.sinceMs);
      const endMs = Math.min(untilMs, (hour + 1) * HOUR_MS);
      this.#count({
        guildId,
        placeId,
        parentId: null,
        userId,
        bot: session.bot,
        hour,
        state: 0,
        messages: 0,
        durationMs: endMs - session.sinceMs,
      });
      session.sinceMs = endMs;
    }
  }
}

/** Until when a session was surely seen, however long the gateway is away. */
function seenUntil(session: Session, { unseenSinceMs }: GuildActivities, nowMs: number): number {
  return Math.max(session.seenMs, unseenSinceMs ?? nowMs);
}
