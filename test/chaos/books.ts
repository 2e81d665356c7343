import type { Witness } from "../crash/lively-discord.ts";
import type { Message } from "../loopback/world.ts";
import { ActivityBook, type Doing } from "./activity-book.ts";
import { ACTIVITY_MINIMUM_MS, type Report } from "./bot-messages.ts";
import { ChannelBook } from "./channel-book.ts";
import type { During } from "./during.ts";
import type { Listener } from "./listener.ts";
import { MessageBook } from "./message-book.ts";
import { PopulationBook } from "./population-book.ts";
import type { SharedCounts } from "./stored-counts.ts";
import { VoiceBook } from "./voice-book.ts";

/** What must be stored at least; see the books. */
interface Least {
  readonly voice: ReadonlyMap<string, number>;
  readonly channels: ReadonlyMap<string, number>;
  readonly activities: ReadonlyMap<string, number>;
  readonly population: ReadonlyMap<string, number>;
}

/** What a process tells of a user so shortly before it is known that the user was erased may be from behind that. */
const JUST_MS = 1_000;

/** What happened in Discord, what processes heard and wrote of it, and so what the store must hold. */
export class Books implements Witness {
  readonly messages = new MessageBook();
  readonly voice = new VoiceBook();
  readonly channels = new ChannelBook();
  readonly activities = new ActivityBook(ACTIVITY_MINIMUM_MS);
  readonly population = new PopulationBook();
  /** Users who asked to be erased: what they do from then on is not counted. */
  readonly leaving = new Set<string>();
  /** Users who were forgotten, and of whom a process heard more, of before: for all it knows, they go on. */
  readonly heardLate = new Set<string>();
  readonly #forgotten = new Set<string>();
  /** When a process told something last of a user who is leaving, Unix milliseconds. */
  readonly #toldMs = new Map<string, number>();

  message(message: Message): void {
    if (!this.leaving.has(message.author.id)) this.messages.add(message);
  }

  enter(who: string, nowMs: number, sessionId: string, channelId: string): void {
    if (!this.#isKept(who)) return;
    this.voice.enter(who, nowMs, sessionId);
    this.channels.enter(who, nowMs, sessionId, channelId);
  }

  leave(who: string, nowMs: number): void {
    this.voice.leave(who, nowMs);
    this.channels.leave(who, nowMs);
  }

  /** A user asks to be erased. */
  leaves(userId: string): void {
    this.leaving.add(userId);
    this.activities.rulesChange();
  }

  /** A process told something. */
  told(listener: Listener, report: Report): void {
    this.#hearLate(report);
    switch (report.kind) {
      case "voice": {
        const { who, seat } = report;
        this.voice.heard(listener, who, seat?.[1] ?? null, report);
        if (this.#isKept(who)) this.channels.heard(listener, who, seat, report);
        break;
      }
      case "member": {
        const { guildId, userId, change } = report;
        this.population.heard(listener, guildId, userId, change, report);
        if (change === -1) this.#does(listener, `${guildId} ${userId}`, [], report);
        break;
      }
      case "presence":
        this.#does(listener, report.who, report.doing, report);
        break;
      case "guild": {
        const { guildId, present, active } = report;
        const kept = active.filter(([who]) => this.#isKept(who));
        this.activities.found(listener, guildId, kept, report);
        this.channels.found(listener, guildId, present, report);
        const sessions = present.map(([who, sessionId]) => [who, sessionId] as const);
        listener.listed(guildId, report.untilMs);
        this.voice.found(listener, guildId, new Map(sessions), report);
        break;
      }
      case "lost":
        for (const guildId of report.guildIds) listener.lost(guildId, report);
        break;
      case "resumed":
        for (const guildId of report.guildIds) listener.regained(guildId, report.atMs);
        break;
      case "taken":
        listener.takes(report.guildId, report.settledMs, report.atMs);
        break;
      case "leaving":
        listener.asked(report.guildIds, report.atMs);
        break;
      case "released":
        listener.ceases(report.guildId, report.settledMs);
        break;
      case "sending":
        listener.sendingMs = report.cutAtMs;
        break;
      case "applied":
        for (const guildId of report.refused) listener.ceases(guildId, listener.sendingMs);
        this.voice.applied(listener, new Map(report.settledMs), report.opened, report.closed);
        break;
      case "flushed":
        listener.flushed(report.settledMs);
        break;
      case "caught up":
      case "erasure":
      case "ready":
      case "loaded":
      case "connected":
      case "settled":
      case "failure":
        break;
      default:
        report satisfies never;
    }
  }

  /** A process ended. */
  gone(listener: Listener): void {
    listener.goneMs = Date.now();
  }

  /** Nothing of the user must be left, now or ever again. */
  erase(userId: string, how: "forget" | "opt out"): void {
    if (how === "forget") {
      this.#forgotten.add(userId);
      if (Date.now() - (this.#toldMs.get(userId) ?? 0) < JUST_MS) this.heardLate.add(userId);
    }
    this.messages.erase(userId);
    this.voice.erase(userId);
    this.channels.erase(userId);
    this.activities.erase(userId);
  }

  /** What must be stored by now at least, once everyone has written everything. To be asked for before the store is read. */
  least(): Least {
    return {
      voice: this.voice.least(),
      channels: this.channels.least(),
      activities: this.activities.least(),
      population: this.population.least(),
    };
  }

  /** @param least `null`: much may be unwritten; only too much is wrong, and not of who is being erased */
  errors(stored: SharedCounts, least: Least | null): string[] {
    const ignored = least ? this.heardLate : this.leaving;
    return [
      ...this.messages.errors(stored.messages, least !== null, ignored),
      ...this.voice.errors(stored, least?.voice ?? new Map(), ignored),
      ...this.channels.errors(stored, least?.channels ?? new Map(), ignored),
      ...this.activities.errors(stored, least?.activities ?? new Map(), ignored),
      ...this.population.errors(stored, least?.population ?? null),
      ...stored.lifetimeErrors.map((error) => `not the sum of its hours: ${JSON.stringify(error)}`),
    ];
  }

  #hearLate(report: Report): void {
    if (report.kind !== "voice" && report.kind !== "presence" && report.kind !== "member") return;
    const userId = report.kind === "member" ? report.userId : (report.who.split(" ")[1] ?? "");
    if (this.#forgotten.has(userId)) this.heardLate.add(userId);
    else if (this.leaving.has(userId)) this.#toldMs.set(userId, Date.now());
  }

  #does(listener: Listener, who: string, doing: Doing, during: During): void {
    if (this.#isKept(who)) this.activities.heard(listener, who, doing, during);
  }

  /** Whether what is heard of somebody is to be counted. @param who "guild member" */
  #isKept(who: string): boolean {
    return !this.leaving.has(who.split(" ")[1] ?? "");
  }
}
