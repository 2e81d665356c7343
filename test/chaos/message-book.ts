import { cellOf } from "../crash/ledger.ts";
import { isOlder } from "../loopback/snowflake.ts";
import type { Message } from "../loopback/world.ts";
import type { Listener } from "./listener.ts";

interface Unwritten {
  readonly cell: string;
  readonly userId: string;
  readonly guildId: string;
  readonly channelId: string;
  readonly id: string;
  /** Said before the rules changed: it would not be read back any more. */
  isBeforeRules: boolean;
}

/**
 * What was said, each of which the store must hold once all is calm: whatever no process lived to write is read back.
 * But for one thing: what was said before the rules changed, as an erasure changes them, is not read back, or it might
 * bring back who was erased. So whatever of it was unwritten then, and the process that had heard it did not write, may
 * be missing.
 */
export class MessageBook {
  /** "channel member hour" → messages. */
  readonly #said = new Map<string, number>();
  readonly #excused = new Map<string, number>();
  #unwritten: Unwritten[] = [];
  /** By guild, the process that has heard all that was said there, and counts it. */
  readonly #keepers = new Map<string, Listener>();

  add(message: Message): void {
    const { id, guild_id: guildId, channel_id: channelId, author } = message;
    const cell = cellOf(message);
    add(this.#said, cell);
    this.#unwritten.push({ cell, userId: author.id, guildId, channelId, id, isBeforeRules: false });
  }

  /** @param newest channels, and their newest messages that are in the store, by this process */
  written(listener: Listener, newest: readonly (readonly [channelId: string, messageId: string])[]): void {
    const until = new Map(newest);
    this.#unwritten = this.#unwritten.filter((message) => {
      const newestId = until.get(message.channelId);
      if (newestId === undefined || isOlder(newestId, message.id)) return true;
      if (message.isBeforeRules && this.#keepers.get(message.guildId) !== listener)
        add(this.#excused, message.cell);
      return false;
    });
  }

  /** A process has heard of all that was said in these guilds, counts it, and hears of what will be. */
  caughtUp(listener: Listener, guildIds: Iterable<string>): void {
    // What another process had heard and not written is not read back if it is from before the rules.
    const taken = [...guildIds].filter((guildId) => this.#keepers.get(guildId) !== listener);
    this.unheard(taken);
    for (const guildId of taken) this.#keepers.set(guildId, listener);
  }

  /** A process is gone. */
  gone(listener: Listener): void {
    this.unheard([...this.#keepers].flatMap(([guildId, keeper]) => (keeper === listener ? [guildId] : [])));
  }

  /** Something that happened in these guilds is not heard of. */
  unheard(guildIds: readonly string[]): void {
    for (const guildId of guildIds) this.#keepers.delete(guildId);
    this.#excuse();
  }

  rulesChanged(): void {
    for (const message of this.#unwritten) message.isBeforeRules = true;
    this.#excuse();
  }

  /** Nothing of the user must be left. */
  erase(userId: string): void {
    for (const cells of [this.#said, this.#excused])
      for (const cell of cells.keys()) if (cell.split(" ")[1] === userId) cells.delete(cell);
    this.#unwritten = this.#unwritten.filter((message) => message.userId !== userId);
  }

  /** How many messages are missing, and how many may be. */
  missing(stored: ReadonlyMap<string, number>): { readonly missing: number; readonly excused: number } {
    const sum = (cells: ReadonlyMap<string, number>): number =>
      [...cells.values()].reduce((all, count) => all + count, 0);
    return { missing: sum(this.#said) - sum(stored), excused: sum(this.#excused) };
  }

  /** @param isCalm all that may come has come; otherwise only too much is wrong */
  errors(stored: ReadonlyMap<string, number>, isCalm: boolean, leaving: ReadonlySet<string>): string[] {
    const cells = new Set([...stored.keys(), ...this.#said.keys()]);
    return [...cells].flatMap((cell) => {
      if (leaving.has(cell.split(" ")[1] ?? "")) return [];
      const [found, said, excused] = [
        stored.get(cell) ?? 0,
        this.#said.get(cell) ?? 0,
        this.#excused.get(cell) ?? 0,
      ];
      const least = isCalm ? said - excused : 0;
      return found > said || found < least
        ? [`messages of ${cell}: ${found} stored, ${said} said, ${excused} excused`]
        : [];
    });
  }

  #excuse(): void {
    this.#unwritten = this.#unwritten.filter(({ cell, guildId, isBeforeRules }) => {
      const isLost = isBeforeRules && !this.#keepers.has(guildId);
      if (isLost) add(this.#excused, cell);
      return !isLost;
    });
  }
}

function add(counts: Map<string, number>, cell: string): void {
  counts.set(cell, (counts.get(cell) ?? 0) + 1);
}
