import Database from "better-sqlite3";
import { HOUR_MS, hourOf } from "../src/clock.ts";
import type { Snowflake } from "../src/snowflake.ts";
import { localDays } from "../src/stats/days.ts";
import { unknownPrevious } from "../src/stats/previous.ts";
import type { Metric, ServerView } from "../src/stats/views.ts";
import {
  addMessage,
  addSession,
  type ChannelDocument,
  cleanUp,
  emptyDocument,
  merge,
} from "./cog-document.ts";
import {
  bothMetrics,
  type Documents,
  mapPeriods,
  messagesIn,
  mostCommon,
  sum,
  voiceIn,
  within,
} from "./cog-lists.ts";
import { Moved } from "./moved.ts";
import { GUILD, NOW_MS, referenceEvents } from "./reference-guild.ts";

/**
 * A baseline that works as the old Python cog did: one JSON document a channel; a request reads all documents of the
 * guild and makes a list for each figure, a save reads them all, adds what happened and writes them all back. It is
 * spared what the cog did beyond that: a save here is one pass where the cog made two, a session is one item of a list
 * where the cog had one a second, and a lifetime list has one a member where the cog had one a message.
 */
export class BaselineCog {
  readonly moved = new Moved();
  readonly #database: Database.Database;
  readonly #since = new Map<Snowflake, ChannelDocument>();
  readonly #bots = new Set(GUILD.members.filter(({ bot }) => bot).map(({ id }) => id));
  readonly #sinceMs: number;

  /** @param file as SQLite has it; opened as the plugin opens its own */
  constructor(file: string, sinceMs: number) {
    this.#database = new Database(file);
    this.#database.pragma("journal_mode = WAL");
    this.#database.pragma("synchronous = NORMAL");
    this.#database.exec(
      "CREATE TABLE channel (id TEXT PRIMARY KEY, guild TEXT NOT NULL, document TEXT NOT NULL)",
    );
    this.#sinceMs = sinceMs;
    for (const channelId of [...GUILD.textChannels, ...GUILD.voiceChannels])
      this.#write(channelId, emptyDocument());
    for (const { atMs, voice, channel, member, durationMs } of referenceEvents()) {
      const userId = GUILD.members[member]?.id ?? "";
      const channelId = (voice ? GUILD.voiceChannels : GUILD.textChannels)[channel] ?? "";
      if (voice) addSession(this.#pending(channelId), userId, atMs, atMs + durationMs);
      else this.message(channelId, userId, atMs);
    }
    this.save();
    this.moved.clear();
  }

  message(channelId: Snowflake, userId: Snowflake, atMs: number): void {
    addMessage(this.#pending(channelId), userId, atMs);
  }

  /** Reads every document, adds what happened, writes every document. */
  save(): void {
    this.#database
      .transaction(() => {
        for (const [channelId, document] of this.#read()) {
          const since = this.#since.get(channelId);
          if (since) merge(document, since);
          cleanUp(document, NOW_MS);
          this.#write(channelId, document);
        }
      })
      .immediate();
    this.#since.clear();
  }

  /** The server's view, out of lists of everything that happened. */
  server(): ServerView {
    const documents = this.#read();
    const lists = mapPeriods((hours) => ({
      messages: messagesIn(documents, hours).filter(({ userId }) => !this.#bots.has(userId)),
      voice: voiceIn(documents, hours).filter(({ userId }) => !this.#bots.has(userId)),
    }));
    const totals = mapPeriods((_, period) => bothMetrics((metric) => sum(lists[period][metric])));
    const top = (key: "userId" | "channelId") =>
      bothMetrics((metric) => mostCommon(lists["30d"][metric], key, totals["30d"][metric]));
    const days = localDays("UTC", NOW_MS);
    const daily = bothMetrics((metric) => this.#daily(documents, metric, days.starts));
    return {
      kind: "server",
      guildId: GUILD.guildId,
      members: "humans",
      period: "30d",
      sinceMs: this.#sinceMs,
      totals,
      previous: unknownPrevious(),
      daily: {
        timeZone: "UTC",
        days: days.dates,
        messages: daily.messages,
        voiceMs: daily.voice,
        unknownDays: 0,
      },
      contributors: mapPeriods((_, period) =>
        bothMetrics((metric) => new Set(lists[period][metric].map(({ userId }) => userId)).size),
      ),
      topMembers: top("userId"),
      topChannels: top("channelId"),
    };
  }

  close(): void {
    this.#database.close();
  }

  /** Sums by UTC day, in one pass. */
  #daily(documents: Documents, metric: Metric, starts: Int32Array): number[] {
    const sums = new Array<number>(starts.length - 1).fill(0);
    const [first = 0, last = 0] = [starts[0], starts.at(-1)];
    for (const { userId, fromMs, amount } of within(documents, metric, first, last)) {
      if (this.#bots.has(userId)) continue;
      let [startMs, left] = [fromMs, amount];
      while (left > 0) {
        const day = Math.floor((hourOf(startMs) - first) / 24);
        const endMs = (first + (day + 1) * 24) * HOUR_MS;
        const part = metric === "messages" ? left : Math.min(left, endMs - startMs);
        sums[day] = (sums[day] ?? 0) + part;
        left -= part;
        startMs += part;
      }
    }
    return sums;
  }

  #pending(channelId: Snowflake): ChannelDocument {
    const document = this.#since.get(channelId) ?? emptyDocument();
    this.#since.set(channelId, document);
    return document;
  }

  #read(): Map<Snowflake, ChannelDocument> {
    const rows = this.#database
      .prepare<[string], { id: Snowflake; document: string }>(
        "SELECT id, document FROM channel WHERE guild = ?",
      )
      .all(GUILD.guildId);
    this.moved.reads++;
    for (const { document } of rows) this.moved.read(1, document.length);
    return new Map(rows.map(({ id, document }) => [id, JSON.parse(document) as ChannelDocument]));
  }

  #write(channelId: Snowflake, document: ChannelDocument): void {
    const text = JSON.stringify(document);
    this.moved.wrote(1, text.length);
    this.#database
      .prepare(
        "INSERT INTO channel VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET document = excluded.document",
      )
      .run(channelId, GUILD.guildId, text);
  }
}
