import { hourOf } from "../../src/clock.ts";
import { snowflakeMs } from "../../src/snowflake.ts";
import type { Message } from "../loopback/payloads.ts";
import type { StoredCounts } from "./stored-counts.ts";

/** A run's clock stands off the parent's by less than this: both round to whole milliseconds. */
const ROUNDING_MS = 2;

/** Where a message is counted: "channel member hour". */
export function cellOf({ id, channel_id, author }: Message): string {
  return `${channel_id} ${author.id} ${hourOf(snowflakeMs(id))}`;
}

interface Sitting {
  readonly fromMs: number;
  /** When the bot that lives, or one that stored it, had surely heard of it. */
  heardMs: number | null;
  /** The store knows of it: from now on it is bridged over deaths. */
  isStored: boolean;
  left: boolean;
  /** When the bot had surely heard of its end, or was dead. */
  untilMs: number | null;
}

/** What really happened in the loopback Discord, and how much of it a file must hold by now. */
export class Ledger {
  /** "channel member hour" → messages. */
  readonly said = new Map<string, number>();
  /** Those of them that a crash may not take away any more. */
  readonly #safe = new Map<string, number>();
  #unsafe: { readonly cell: string; heardMs: number | null }[] = [];
  readonly #sittings = new Map<string, Sitting[]>();

  message(message: Message): void {
    const cell = cellOf(message);
    add(this.said, cell);
    this.#unsafe.push({ cell, heardMs: null });
  }

  /** @param who "guild member" */
  enter(who: string, nowMs: number): void {
    const sittings = this.#sittings.get(who) ?? [];
    this.#sittings.set(who, sittings);
    if (sittings.at(-1)?.left === false) return;
    sittings.push({ fromMs: nowMs, heardMs: null, isStored: false, left: false, untilMs: null });
  }

  leave(who: string): void {
    const last = this.#sittings.get(who)?.at(-1);
    if (last) last.left = true;
  }

  /** The bot has taken all events so far, and counted all messages so far if none of them waits. */
  heard(nowMs: number, { waiting }: { readonly waiting: boolean }): void {
    if (!waiting) for (const message of this.#unsafe) message.heardMs ??= nowMs;
    for (const sitting of this.#each()) {
      sitting.heardMs ??= nowMs;
      if (sitting.left) sitting.untilMs ??= nowMs;
    }
  }

  /** All is written that was heard before: it is safe. */
  flushed(cutAtMs: number): void {
    this.#unsafe = this.#unsafe.filter(({ cell, heardMs }) => {
      const isSafe = heardMs !== null && heardMs <= cutAtMs;
      if (isSafe) add(this.#safe, cell);
      return !isSafe;
    });
    for (const sitting of this.#each()) {
      if (sitting.heardMs !== null && sitting.heardMs <= cutAtMs) sitting.isStored = true;
    }
  }

  /** The bot is dead: whatever it had heard and not written is unheard again. */
  crashed(nowMs: number): void {
    for (const message of this.#unsafe) message.heardMs = null;
    for (const sitting of this.#each()) {
      if (sitting.left) sitting.untilMs ??= nowMs;
      if (!sitting.isStored) sitting.heardMs = null;
    }
  }

  /** What is wrong with the messages in a file: more than were said, or fewer than were safe. */
  messageErrors({ messages }: StoredCounts): string[] {
    const cells = new Set([...messages.keys(), ...this.#safe.keys()]);
    return [...cells].flatMap((cell) => {
      const [stored, said, safe] = [
        messages.get(cell) ?? 0,
        this.said.get(cell) ?? 0,
        this.#safe.get(cell) ?? 0,
      ];
      return stored > said || stored < safe ? [`${cell}: ${stored} stored, ${safe} safe, ${said} said`] : [];
    });
  }

  /**
   * What is wrong with the time in voice: more than was spent; or, of who has not left, less than was spent since the bot
   * first heard of it, up to when the file says that it is counted: no death takes any of that.
   */
  voiceErrors({ voiceMs, settledMs, cutAtMs }: StoredCounts): string[] {
    return [...this.#sittings].flatMap(([who, sittings]) => {
      const stored = voiceMs.get(who) ?? 0;
      const most = sittings.reduce(
        (sum, { fromMs, untilMs }) =>
          sum + Math.max(0, Math.min(untilMs ?? cutAtMs, cutAtMs) - fromMs) + ROUNDING_MS,
        0,
      );
      const now = sittings.at(-1);
      // Whoever is stored as sitting has a row that says up to when that is counted.
      const countedMs = settledMs.get(who) ?? Number.POSITIVE_INFINITY;
      const least =
        now?.isStored && !now.left && now.heardMs !== null ? countedMs - now.heardMs - ROUNDING_MS : 0;
      return stored > most || stored < least ? [`${who}: ${stored} ms stored, not ${least} to ${most}`] : [];
    });
  }

  #each(): Sitting[] {
    return [...this.#sittings.values()].flat();
  }
}

function add(counts: Map<string, number>, cell: string): void {
  counts.set(cell, (counts.get(cell) ?? 0) + 1);
}
