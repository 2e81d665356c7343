import type { Witness } from "../crash/lively-discord.ts";
import type { StoredCounts } from "../crash/stored-counts.ts";
import type { Message } from "../loopback/world.ts";
import type { Report } from "./bot-messages.ts";
import type { Listener } from "./listener.ts";
import { MessageBook } from "./message-book.ts";
import { VoiceBook } from "./voice-book.ts";

/** What happened in Discord, what processes heard and wrote of it, and so what the store must hold. */
export class Books implements Witness {
  readonly messages = new MessageBook();
  readonly voice = new VoiceBook();
  /** Users who asked to be erased: what they do from then on is not counted. */
  readonly leaving = new Set<string>();

  message(message: Message): void {
    if (!this.leaving.has(message.author.id)) this.messages.add(message);
  }

  enter(who: string, nowMs: number, sessionId: string): void {
    if (!this.leaving.has(who.split(" ")[1] ?? "")) this.voice.enter(who, nowMs, sessionId);
  }

  leave(who: string, nowMs: number): void {
    this.voice.leave(who, nowMs);
  }

  /** A user asks to be erased. */
  leaves(userId: string): void {
    this.leaving.add(userId);
  }

  /** A process told something. */
  told(listener: Listener, report: Report): void {
    switch (report.kind) {
      case "voice":
        this.voice.heard(listener, report.who, report.sessionId, report);
        break;
      case "guild":
        this.voice.found(listener, report.guildId, new Map(report.present), report);
        break;
      case "lost":
        for (const guildId of report.guildIds) listener.lost(guildId, report.atMs);
        break;
      case "resumed":
        for (const guildId of report.guildIds) listener.regained(guildId, report.atMs);
        break;
      case "applied":
        this.voice.applied(listener, report.cutAtMs, report.opened, report.closed);
        break;
      case "flushed":
        listener.flushedMs = report.cutAtMs;
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
  erase(userId: string): void {
    this.messages.erase(userId);
    this.voice.erase(userId);
  }

  /** What must be stored by now at least, once everyone has written everything. To be asked for before the store is read. */
  least(): ReadonlyMap<string, number> {
    return this.voice.least();
  }

  /** @param least `null`: much may be unwritten; only too much is wrong, and not of who is being erased */
  errors(stored: Omit<StoredCounts, "integrity">, least: ReadonlyMap<string, number> | null): string[] {
    const ignored = least ? new Set<string>() : this.leaving;
    return [
      ...this.messages.errors(stored.messages, least !== null, ignored),
      ...this.voice.errors(stored, least ?? new Map(), ignored),
      ...stored.lifetimeErrors.map((error) => `not the sum of its hours: ${JSON.stringify(error)}`),
    ];
  }
}
