import { HOUR_MS, hourOf } from "../clock.ts";
import type { Snowflake } from "../snowflake.ts";
import type { OpenVoice, SessionChanges } from "../store/store.ts";
import { VOICE_STATES } from "../voice-state.ts";
import type { Company, Count, VoiceObservation } from "./observations.ts";

interface Session {
  readonly bot: boolean;
  sessionId: string;
  channelId: Snowflake;
  /** Bits of `voice-state.ts`, all but `alone`. */
  state: number;
  /** Up to here the session is counted, Unix milliseconds. */
  sinceMs: number;
}

interface GuildVoice {
  readonly sessions: Map<Snowflake, Session>;
  /** How many people (not bots) are in each channel, whether they are counted or not. */
  people: Map<Snowflake, number>;
  /** From then on nobody knows who is there, Unix milliseconds; `null` while events come. */
  unseenSinceMs: number | null;
}

/**
 * Who is in voice, since when it is not counted yet, and how that time is spent.
 *
 * Time is counted by interval, `[sinceMs, nowMs)`, cut at hour edges, and at each change of anything that decides
 * where it belongs: the channel, the member's own state, being alone. So each millisecond is in one cell.
 *
 * While the gateway is away a guild is *unseen*: nothing is counted beyond the moment it went. When it is back, a
 * member found in the same session was there all along, and the time between is counted; who is not found left at a
 * time nobody saw, and it is not.
 */
export class VoiceSessions {
  readonly #guilds = new Map<Snowflake, GuildVoice>();
  readonly #count: (count: Count) => void;
  readonly #longestGapMs: number;
  /** Sessions that the store does not know as they are: guild → users. */
  readonly #changed = new Map<Snowflake, Set<Snowflake>>();

  /** @param longestGapMs longer gaps are not counted, whatever session is found behind them */
  constructor(count: (count: Count) => void, longestGapMs: number) {
    this.#count = count;
    this.#longestGapMs = longestGapMs;
  }

  /** A member joined, moved, left, or changed how the time is spent. */
  observe({ guildId, userId, bot, channelId, sessionId, state }: VoiceObservation, nowMs: number): void {
    if (channelId === null) {
      this.#end(guildId, userId, nowMs);
      this.#letGo(guildId);
      return;
    }
    const guild = this.#guildOf(guildId);
    const session = guild.sessions.get(userId);
    if (session?.sessionId !== sessionId) {
      // Another session of the same user: the first ended, at the latest now.
      if (session) this.#end(guildId, userId, nowMs);
      guild.sessions.set(userId, { bot, sessionId, channelId, state, sinceMs: nowMs });
      this.#touch(guildId, userId);
      return;
    }
    if (session.channelId === channelId && session.state === state) return;
    // Seen at both ends, the member was in voice throughout, even if the gateway was away in between.
    this.#countUntil(guildId, userId, guild, session, nowMs);
    session.channelId = channelId;
    session.state = state;
    this.#touch(guildId, userId);
  }

  /** The number of people in some channels changed; who becomes alone, or ceases to be, is counted up to now. */
  company(guildId: Snowflake, company: Company, nowMs: number): void {
    // Also before anybody is counted: whoever comes to those who are not is not alone.
    const guild = this.#guildOf(guildId);
    for (const [channelId, people] of company) {
      const before = guild.people.get(channelId) ?? 0;
      // Above two, nobody's being alone depends on it; a crowded stage must not be walked through at each arrival.
      if (before !== people && Math.min(before, people) <= 1) {
        for (const [userId, session] of guild.sessions) {
          if (session.channelId !== channelId) continue;
          this.#settle(guildId, userId, guild, session, nowMs);
          this.#touch(guildId, userId);
        }
      }
      if (people === 0) guild.people.delete(channelId);
      else guild.people.set(channelId, people);
    }
  }

  /** Counts all open sessions up to `nowMs`, of one guild or of all. */
  settle(nowMs: number, guildId?: Snowflake): void {
    const ids = guildId === undefined ? this.#guilds.keys() : [guildId];
    for (const id of ids) {
      const guild = this.#guilds.get(id);
      for (const [userId, session] of guild?.sessions ?? []) {
        if (guild) this.#settle(id, userId, guild, session, nowMs);
      }
    }
  }

  /** The host's clock was set: what ran until `beforeMs` goes on from `afterMs`. */
  step(beforeMs: number, afterMs: number): void {
    this.settle(beforeMs);
    for (const [guildId, guild] of this.#guilds) {
      for (const [userId, session] of guild.sessions) {
        session.sinceMs += afterMs - beforeMs;
        if (guild.unseenSinceMs !== null) this.#touch(guildId, userId);
      }
      if (guild.unseenSinceMs !== null) guild.unseenSinceMs += afterMs - beforeMs;
    }
  }

  /**
   * Sessions that were open when the last run of the bot ended; each waits to be found again, or not.
   * @param isSeen whether all that happened since then was seen, and is told next: then they go on
   */
  restore(sessions: readonly OpenVoice[], isSeen = false): void {
    for (const { guildId, userId, bot, channelId, sessionId, state, settledMs } of sessions) {
      const guild = this.#guildOf(guildId);
      if (!isSeen) guild.unseenSinceMs = Number.NEGATIVE_INFINITY;
      guild.sessions.set(userId, { bot, sessionId, channelId, state, sinceMs: settledMs });
      // The company that the stored state tells of: enough to count the gap as it began.
      const alone = (state & VOICE_STATES.alone) !== 0;
      guild.people.set(channelId, Math.max(guild.people.get(channelId) ?? 0, alone ? (bot ? 0 : 1) : 2));
    }
  }

  /** The gateway went away: nothing of the guild is counted beyond now until it is back. */
  lose(guildId: Snowflake, nowMs: number): void {
    // Also where nobody is in voice: it must be known from when on nothing is.
    const guild = this.#guildOf(guildId);
    if (guild.unseenSinceMs !== null) return;
    this.settle(nowMs, guildId);
    guild.unseenSinceMs = nowMs;
    for (const userId of guild.sessions.keys()) this.#touch(guildId, userId);
  }

  /** The gateway is back and has told all that happened meanwhile: whoever is still in voice was so throughout. */
  regain(guildId: Snowflake): void {
    const guild = this.#guilds.get(guildId);
    if (guild === undefined) return;
    guild.unseenSinceMs = null;
    for (const userId of guild.sessions.keys()) this.#touch(guildId, userId);
    this.#letGo(guildId);
  }

  /** The gateway's full list of who is in voice, as a GUILD_CREATE carries it, of those who may be counted. */
  reconcile(guildId: Snowflake, present: readonly VoiceObservation[], company: Company, nowMs: number): void {
    const guild = this.#guildOf(guildId);
    // A gap begins when the guild was lost, not when it was last counted.
    if (guild.unseenSinceMs === null) this.settle(nowMs, guildId);
    const found = new Map(present.map((observation) => [observation.userId, observation]));
    for (const [userId, session] of guild.sessions) {
      if (found.get(userId)?.sessionId !== session.sessionId) {
        this.#end(guildId, userId, nowMs);
        continue;
      }
      if (nowMs - session.sinceMs <= this.#longestGapMs)
        this.#countUntil(guildId, userId, guild, session, nowMs);
      session.sinceMs = nowMs;
    }
    guild.unseenSinceMs = null;
    guild.people = new Map(company);
    for (const observation of present) {
      this.observe(observation, nowMs);
      this.#touch(guildId, observation.userId);
    }
    this.#letGo(guildId);
  }

  /**
   * It was decided anew who is counted. Of a guild that is unseen nobody knows who is there: whoever may not be counted any
   * more goes, whoever may be from now on is a session of its own, and all wait to be found again.
   * @param present who is in voice as far as is known, of those who may be counted
   */
  readmit(guildId: Snowflake, present: readonly VoiceObservation[], company: Company, nowMs: number): void {
    const guild = this.#guilds.get(guildId);
    if (guild === undefined || guild.unseenSinceMs === null) {
      this.reconcile(guildId, present, company, nowMs);
      return;
    }
    const admitted = new Set(present.map(({ userId }) => userId));
    for (const userId of guild.sessions.keys()) if (!admitted.has(userId)) this.#end(guildId, userId, nowMs);
    for (const observation of present)
      if (!guild.sessions.has(observation.userId)) this.observe(observation, nowMs);
  }

  /**
   * Ends a guild's sessions and counts them to `nowMs`: it was disabled, or the bot left it. One that is unseen stays so: it
   * may be enabled again before the gateway is back.
   */
  end(guildId: Snowflake, nowMs: number): void {
    const guild = this.#guilds.get(guildId);
    for (const userId of guild?.sessions.keys() ?? []) this.#end(guildId, userId, nowMs);
    if (guild?.unseenSinceMs === null) this.#guilds.delete(guildId);
  }

  /**
   * Drops a user's sessions uncounted: nothing of an erased user may come back. The store erases its own.
   * @param guildId in this guild only; `null`: in all
   */
  forget(userId: Snowflake, guildId: Snowflake | null): void {
    for (const [id, guild] of this.#guilds)
      if (guildId === null || id === guildId) guild.sessions.delete(userId);
    for (const [id, users] of this.#changed) if (guildId === null || id === guildId) users.delete(userId);
  }

  /** Another process counts the guild: what is open there is that one's to end. */
  drop(guildId: Snowflake): void {
    this.#guilds.delete(guildId);
    this.#changed.delete(guildId);
  }

  /** Everyone in voice who is counted; some several times. */
  *userIds(): Generator<Snowflake, void, void> {
    for (const { sessions } of [...this.#guilds.values()]) yield* sessions.keys();
  }

  /** Guilds with anyone in voice, or of whose sessions the store must be told something; some twice. */
  *guildIds(): Generator<Snowflake, void, void> {
    yield* this.#guilds.keys();
    yield* this.#changed.keys();
  }

  /** Since when nobody knows who is in voice in a guild, Unix milliseconds; `Infinity` while events come. */
  unseenSinceMs(guildId: Snowflake): number {
    return this.#guilds.get(guildId)?.unseenSinceMs ?? Number.POSITIVE_INFINITY;
  }

  /** What the store must be told of a guild's open sessions, since it was last asked for. */
  takeChanges(guildId: Snowflake): SessionChanges {
    const opened: SessionChanges["opened"][number][] = [];
    const closed: SessionChanges["closed"][number][] = [];
    const guild = this.#guilds.get(guildId);
    for (const userId of this.#changed.get(guildId) ?? []) {
      const session = guild?.sessions.get(userId);
      if (guild === undefined || session === undefined) closed.push({ guildId, userId });
      else {
        const { bot, channelId, sessionId } = session;
        // While a guild is unseen, a member of whom something is heard all the same is counted further than others.
        const countedMs = guild.unseenSinceMs === null ? null : session.sinceMs;
        const state = stateOf(session, guild);
        opened.push({ guildId, userId, bot, channelId, sessionId, state, countedMs });
      }
    }
    this.#changed.delete(guildId);
    return { opened, closed };
  }

  get size(): number {
    let sessions = 0;
    for (const guild of this.#guilds.values()) sessions += guild.sessions.size;
    return sessions;
  }

  #guildOf(guildId: Snowflake): GuildVoice {
    let guild = this.#guilds.get(guildId);
    if (guild === undefined) {
      guild = { sessions: new Map(), people: new Map(), unseenSinceMs: null };
      this.#guilds.set(guildId, guild);
    }
    return guild;
  }

  /** Lets go of a guild of which there is nothing to know: not of one that is unseen, of which it is to be known since when. */
  #letGo(guildId: Snowflake): void {
    const guild = this.#guilds.get(guildId);
    if (guild?.unseenSinceMs === null && guild.sessions.size === 0 && guild.people.size === 0)
      this.#guilds.delete(guildId);
  }

  #touch(guildId: Snowflake, userId: Snowflake): void {
    const users = this.#changed.get(guildId) ?? new Set<Snowflake>();
    this.#changed.set(guildId, users.add(userId));
  }

  #end(guildId: Snowflake, userId: Snowflake, nowMs: number): void {
    const guild = this.#guilds.get(guildId);
    const session = guild?.sessions.get(userId);
    if (guild === undefined || session === undefined) return;
    this.#settle(guildId, userId, guild, session, nowMs);
    guild.sessions.delete(userId);
    this.#touch(guildId, userId);
  }

  /** Counts what was seen: while the guild is unseen, nothing beyond that moment. */
  #settle(guildId: Snowflake, userId: Snowflake, guild: GuildVoice, session: Session, nowMs: number): void {
    this.#countUntil(guildId, userId, guild, session, Math.min(nowMs, guild.unseenSinceMs ?? nowMs));
  }

  #countUntil(
    guildId: Snowflake,
    userId: Snowflake,
    guild: GuildVoice,
    session: Session,
    untilMs: number,
  ): void {
    const { channelId: placeId, bot } = session;
    const state = stateOf(session, guild);
    while (session.sinceMs < untilMs) {
      const hour = hourOf(session.sinceMs);
      const endMs = Math.min(untilMs, (hour + 1) * HOUR_MS);
      this.#count({
        guildId,
        placeId,
        parentId: null,
        userId,
        bot,
        hour,
        state,
        messages: 0,
        durationMs: endMs - session.sinceMs,
      });
      session.sinceMs = endMs;
    }
  }
}

/** The session's state with the bit that depends on the others in the channel. */
function stateOf({ bot, channelId, state }: Session, { people }: GuildVoice): number {
  const others = (people.get(channelId) ?? 0) - (bot ? 0 : 1);
  return others <= 0 ? state | VOICE_STATES.alone : state & ~VOICE_STATES.alone;
}
