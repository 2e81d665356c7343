import { isOlder, type Snowflake, snowflakeMs } from "../snowflake.ts";
import type { MessageObservation } from "./observations.ts";
import type { GuildState } from "./observer.ts";

/** Most events kept of one guild, and of all. A log that is full begins anew. */
const MOST_OF_GUILD = 5_000;
const MOST = 100_000;

/** Something that happened, to be counted later. */
interface LoggedEvent {
  readonly atMs: number;
  /** Whose it is. */
  readonly userIds: readonly Snowflake[];
  readonly play: (atMs: number) => void;
}

/** What happened in a guild while nobody here counted it. */
export interface EventLog {
  /** From then on nothing is missing, Unix milliseconds. */
  readonly sinceMs: number;
  /** The guild as it was then; `null`: not known. */
  readonly state: GuildState | null;
  readonly events: readonly LoggedEvent[];
  /** Some of those that came, in the order in which they did; the others can be read back. */
  readonly messages: readonly MessageObservation[];
}

interface Log extends EventLog {
  sinceMs: number;
  state: GuildState | null;
  events: LoggedEvent[];
  messages: MessageObservation[];
}

/** What happens in guilds while it is not decided, or not this process's to count: bounded, by number and by time. */
export class EventLogs {
  readonly #logs = new Map<Snowflake, Log>();
  /** Events and messages of all logs. */
  #size = 0;
  #newestId: Snowflake = "0";

  /** A guild's log begins, or begins anew. @param state of the guild, if it has just been told */
  begin(guildId: Snowflake, sinceMs: number, state: GuildState | null): void {
    this.drop(guildId);
    this.#logs.set(guildId, { sinceMs, state, events: [], messages: [] });
  }

  /** Whether a guild has a log. */
  has(guildId: Snowflake): boolean {
    return this.#logs.has(guildId);
  }

  /** Keeps an event of a guild that has a log. */
  add(guildId: Snowflake, atMs: number, userIds: readonly Snowflake[], play: (atMs: number) => void): void {
    const log = this.#logs.get(guildId);
    if (log === undefined) return;
    if (log.events.length >= MOST_OF_GUILD || this.#size >= MOST) {
      this.begin(guildId, atMs, null);
      return;
    }
    log.events.push({ atMs, userIds, play });
    this.#size++;
  }

  /** Keeps a message of a guild that has a log; when there are too many, they are left to be read back. */
  addMessage(message: MessageObservation): void {
    const log = this.#logs.get(message.guildId);
    if (log === undefined) return;
    if (isOlder(this.#newestId, message.messageId)) this.#newestId = message.messageId;
    if (log.messages.length >= MOST_OF_GUILD || this.#size >= MOST) this.dropMessages(message.guildId);
    log.messages.push(message);
    this.#size++;
  }

  /** When the newest message was made that was ever kept, Unix milliseconds. */
  get newestMessageMs(): number {
    return snowflakeMs(this.#newestId);
  }

  dropMessages(guildId: Snowflake): void {
    const log = this.#logs.get(guildId);
    if (log === undefined) return;
    this.#size -= log.messages.length;
    log.messages = [];
  }

  /** Lets go of what happened before an instant. */
  trim(guildId: Snowflake, beforeMs: number): void {
    const log = this.#logs.get(guildId);
    if (log === undefined || log.sinceMs >= beforeMs) return;
    const kept = log.events.filter(({ atMs }) => atMs >= beforeMs);
    this.#size -= log.events.length - kept.length;
    log.events = kept;
    log.sinceMs = beforeMs;
    log.state = null;
  }

  /** Gives a guild's log away. */
  take(guildId: Snowflake): EventLog | null {
    const log = this.#logs.get(guildId) ?? null;
    this.drop(guildId);
    return log;
  }

  drop(guildId: Snowflake): void {
    const log = this.#logs.get(guildId);
    if (log === undefined) return;
    this.#size -= log.events.length + log.messages.length;
    this.#logs.delete(guildId);
  }

  /** How many messages of a user are kept. */
  countOf(userId: Snowflake): number {
    let count = 0;
    for (const { messages } of this.#logs.values())
      for (const message of messages) if (message.userId === userId) count++;
    return count;
  }

  /** Whose events and messages are kept; some several times. */
  *userIds(): Generator<Snowflake, void, void> {
    for (const { state, events, messages } of [...this.#logs.values()]) {
      for (const { userId } of state?.voices ?? []) yield userId;
      for (const { userId } of state?.activities ?? []) yield userId;
      for (const { userIds } of events) yield* userIds;
      for (const { userId } of messages) yield userId;
    }
  }

  /**
   * Nothing of an erased user is kept. A log with an event that is others' as well begins anew.
   * @param guildId in this guild only; `null`: in all
   */
  forget(userId: Snowflake, guildId: Snowflake | null, nowMs: number): void {
    const isOther = (of: { readonly userId: Snowflake }): boolean => of.userId !== userId;
    for (const [id, log] of [...this.#logs]) {
      if (guildId !== null && id !== guildId) continue;
      if (log.events.some(({ userIds }) => userIds.length > 1 && userIds.includes(userId))) {
        this.begin(id, nowMs, null);
        continue;
      }
      const before = log.events.length + log.messages.length;
      log.events = log.events.filter(({ userIds }) => !userIds.includes(userId));
      log.messages = log.messages.filter(isOther);
      this.#size -= before - log.events.length - log.messages.length;
      const { state } = log;
      if (state === null) continue;
      const [voices, activities] = [state.voices.filter(isOther), state.activities?.filter(isOther) ?? null];
      log.state = { ...state, voices, activities };
    }
  }

  /** It is not known whose events may be kept: the logs of a guild, or of all (`null`), begin anew. */
  beginAnew(guildId: Snowflake | null, nowMs: number): void {
    for (const id of guildId === null ? [...this.#logs.keys()] : [guildId])
      if (this.#logs.has(id)) this.begin(id, nowMs, null);
  }
}
