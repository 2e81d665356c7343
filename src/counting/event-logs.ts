import { isOlder, type Snowflake, snowflakeMs } from "../snowflake.ts";
import { type Happening, usersOf, without } from "./happenings.ts";
import type { MessageObservation } from "./observations.ts";
import type { GuildState } from "./observer.ts";

/** Most events kept of one guild, and of all. A log that is full begins anew. */
const MOST_OF_GUILD = 5_000;
const MOST = 100_000;
/** Most chapters of one guild: each begins with all that is known of it, whose size nobody counts. */
const MOST_CHAPTERS = 8;

/** Something that happened, to be counted later. */
export interface LoggedEvent {
  readonly atMs: number;
  readonly happening: Happening;
}

/** What was heard of a guild until the line was lost; its last event tells of that if another chapter follows. */
export interface Chapter {
  /** From then on nothing is missing, Unix milliseconds. */
  readonly sinceMs: number;
  /** The guild as it was then; `null`: not known. */
  readonly state: GuildState | null;
  readonly events: readonly LoggedEvent[];
}

/** What happened in a guild while nobody here counted it. */
export interface EventLog {
  /** Oldest first. */
  readonly chapters: readonly Chapter[];
  /** Some of those that came, in the order in which they did; the others can be read back. */
  readonly messages: readonly MessageObservation[];
}

interface OpenChapter extends Chapter {
  readonly events: LoggedEvent[];
}

interface Log extends EventLog {
  chapters: readonly OpenChapter[];
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
    this.#logs.set(guildId, { chapters: [{ sinceMs, state, events: [] }], messages: [] });
  }

  /** A guild comes, or comes again behind a gap: what was heard before it stays, but for messages, which can be read back. */
  arrive(state: GuildState, atMs: number): void {
    const log = this.#logs.get(state.guildId);
    if (log === undefined) {
      this.begin(state.guildId, atMs, state);
      return;
    }
    this.dropMessages(state.guildId);
    const before = eventsIn(log);
    log.chapters = [...log.chapters.slice(1 - MOST_CHAPTERS), { sinceMs: atMs, state, events: [] }];
    this.#size -= before - eventsIn(log);
  }

  /** Whether a guild has a log. */
  has(guildId: Snowflake): boolean {
    return this.#logs.has(guildId);
  }

  /** Keeps an event of a guild that has a log. */
  add(guildId: Snowflake, atMs: number, happening: Happening): void {
    const log = this.#logs.get(guildId);
    if (log === undefined) return;
    if (eventsIn(log) >= MOST_OF_GUILD || this.#size >= MOST) {
      this.begin(guildId, atMs, null);
      return;
    }
    log.chapters.at(-1)?.events.push({ atMs, happening });
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
    if (log === undefined) return;
    const before = eventsIn(log);
    const since = log.chapters.filter((_, at) => (log.chapters[at + 1]?.sinceMs ?? beforeMs) >= beforeMs);
    log.chapters = since.map((chapter) =>
      chapter.sinceMs >= beforeMs
        ? chapter
        : { sinceMs: beforeMs, state: null, events: eventsSince(chapter, beforeMs) },
    );
    this.#size -= before - eventsIn(log);
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
    this.#size -= eventsIn(log) + log.messages.length;
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
    for (const { chapters, messages } of [...this.#logs.values()]) {
      for (const { state, events } of chapters) {
        for (const { userId } of state?.voices ?? []) yield userId;
        for (const { userId } of state?.activities ?? []) yield userId;
        for (const { happening } of events) yield* usersOf(happening);
      }
      for (const { userId } of messages) yield userId;
    }
  }

  /**
   * Nothing of an erased user is kept.
   * @param guildId in this guild only; `null`: in all
   */
  forget(userId: Snowflake, guildId: Snowflake | null): void {
    const isOther = (of: { readonly userId: Snowflake }): boolean => of.userId !== userId;
    for (const [id, log] of this.#logs) {
      if (guildId !== null && id !== guildId) continue;
      const before = log.messages.length + eventsIn(log);
      log.chapters = log.chapters.map((chapter) => ({
        sinceMs: chapter.sinceMs,
        state: chapter.state && {
          ...chapter.state,
          voices: chapter.state.voices.filter(isOther),
          activities: chapter.state.activities?.filter(isOther) ?? null,
        },
        events: chapter.events.flatMap(({ atMs, happening }) => {
          const left = without(happening, userId);
          return left === null ? [] : { atMs, happening: left };
        }),
      }));
      log.messages = log.messages.filter(isOther);
      this.#size -= before - log.messages.length - eventsIn(log);
    }
  }

  /**
   * More is counted in a guild from now on: what was refused until now cannot be told from the rest, and nothing is kept.
   * @param membersCounted whether joins and leaves were counted before as well: those are kept
   */
  letIn(guildId: Snowflake, nowMs: number, membersCounted: boolean): void {
    const log = this.#logs.get(guildId);
    if (log === undefined) return;
    const all = log.chapters.flatMap(({ events }) => events);
    const events = membersCounted ? all.filter(({ happening }) => happening.kind === "coming") : [];
    this.drop(guildId);
    this.#logs.set(guildId, { chapters: [{ sinceMs: nowMs, state: null, events }], messages: [] });
    this.#size += events.length;
  }

  /** It is not known whose events may be kept: the logs of a guild, or of all (`null`), begin anew. */
  beginAnew(guildId: Snowflake | null, nowMs: number): void {
    for (const id of guildId === null ? [...this.#logs.keys()] : [guildId])
      if (this.#logs.has(id)) this.begin(id, nowMs, null);
  }
}

/** What says whether the line was lost behind some events. */
export function lastOfLine(events: readonly LoggedEvent[]): LoggedEvent | undefined {
  return events.findLast(({ happening: { kind } }) => kind === "lost" || kind === "back");
}

/** With what says whether the line was lost then. */
function eventsSince({ events }: Chapter, sinceMs: number): LoggedEvent[] {
  const line = lastOfLine(events.filter(({ atMs }) => atMs < sinceMs));
  return events.filter((event) => event === line || event.atMs >= sinceMs);
}

function eventsIn({ chapters }: EventLog): number {
  return chapters.reduce((sum, { events }) => sum + events.length, 0);
}
