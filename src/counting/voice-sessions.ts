import { HOUR_MS, hourOf } from "../clock.ts";
import type { Snowflake } from "../snowflake.ts";
import type { Count, VoiceObservation } from "./observations.ts";

interface Session {
  readonly channelId: Snowflake;
  readonly bot: boolean;
  /** Up to here the session is counted, Unix milliseconds. */
  sinceMs: number;
}

/**
 * Who is in voice, and since when it is not counted yet. Time is counted by interval, `[sinceMs, nowMs)`, cut
 * at hour edges; a clock set back counts nothing twice, for an interval never has a negative length.
 */
export class VoiceSessions {
  readonly #guilds = new Map<Snowflake, Map<Snowflake, Session>>();
  readonly #count: (count: Count) => void;

  constructor(count: (count: Count) => void) {
    this.#count = count;
  }

  /** A member joined, moved or left; the same channel again (a mute, a camera) leaves the session alone. */
  observe({ guildId, userId, bot, channelId }: VoiceObservation, nowMs: number): void {
    const guild = this.#guilds.get(guildId);
    const session = guild?.get(userId);
    if ((session?.channelId ?? null) === channelId) return;
    if (guild && session) {
      this.#settle(guildId, userId, session, nowMs);
      guild.delete(userId);
      if (guild.size === 0) this.#guilds.delete(guildId);
    }
    if (channelId === null) return;
    const sessions = this.#guilds.get(guildId) ?? new Map<Snowflake, Session>();
    sessions.set(userId, { channelId, bot, sinceMs: nowMs });
    this.#guilds.set(guildId, sessions);
  }

  /** Counts all open sessions up to `nowMs`, of one guild or of all. */
  settle(nowMs: number, guildId?: Snowflake): void {
    const guilds = guildId === undefined ? this.#guilds.keys() : [guildId];
    for (const id of guilds) {
      for (const [userId, session] of this.#guilds.get(id) ?? []) this.#settle(id, userId, session, nowMs);
    }
  }

  /** The gateway's full list after a GUILD_CREATE: whoever is not in it has left, at a time nobody saw. */
  reconcile(guildId: Snowflake, present: readonly VoiceObservation[], nowMs: number): void {
    const ids = new Set(present.map(({ userId }) => userId));
    const guild = this.#guilds.get(guildId);
    for (const userId of guild?.keys() ?? []) if (!ids.has(userId)) guild?.delete(userId);
    for (const observation of present) this.observe(observation, nowMs);
  }

  /** Ends sessions and counts them to `nowMs`: a guild was disabled, or the bot left it. */
  end(guildId: Snowflake, nowMs: number): void {
    this.settle(nowMs, guildId);
    this.#guilds.delete(guildId);
  }

  /** Drops a user's sessions uncounted: nothing of an erased user may come back. */
  forget(userId: Snowflake): void {
    for (const sessions of this.#guilds.values()) sessions.delete(userId);
  }

  get size(): number {
    let sessions = 0;
    for (const guild of this.#guilds.values()) sessions += guild.size;
    return sessions;
  }

  #settle(guildId: Snowflake, userId: Snowflake, session: Session, nowMs: number): void {
    const { channelId, bot } = session;
    let fromMs = session.sinceMs;
    session.sinceMs = nowMs;
    while (fromMs < nowMs) {
      const hour = hourOf(fromMs);
      const untilMs = Math.min(nowMs, (hour + 1) * HOUR_MS);
      this.#count({
        guildId,
        placeId: channelId,
        parentId: null,
        userId,
        bot,
        hour,
        state: 0,
        messages: 0,
        durationMs: untilMs - fromMs,
        messageId: null,
      });
      fromMs = untilMs;
    }
  }
}
