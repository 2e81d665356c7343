import type { During } from "./during.ts";
import { Tenure } from "./tenure.ts";

/** What happens in a guild is kept for so long by a process that does not count it, and a little less. */
const KEPT_MS = 100_000;

/** Unix milliseconds. */
interface ActedMs {
  readonly earliest: number;
  readonly latest: number;
}

interface Deafness {
  /** When the line was lost. */
  readonly lost: During;
  untilMs: number;
}

/** A process that listens to Discord and writes what it hears. Instants are Unix milliseconds. */
export class Listener {
  /** When the batch was cut that it is writing, or wrote last: nothing that it heard later is stored. */
  sendingMs = 0;
  /** Up to when it has written all that it had heard. */
  flushedMs = 0;
  /** When it ended, or a moment later. */
  goneMs: number | null = null;
  /** When it was asked to end, after which it does not listen any more. */
  stoppingMs = Number.POSITIVE_INFINITY;
  /** Times without a line to Discord, by guild, oldest first. */
  readonly #deaf = new Map<string, Deafness[]>();
  /** When it was last told of the whole guild. */
  readonly #listedMs = new Map<string, number>();
  /** By guild, oldest first. */
  readonly #tenures = new Map<string, Tenure[]>();

  lost(guildId: string, lost: During): void {
    const times = this.#deaf.get(guildId) ?? [];
    this.#deaf.set(guildId, times);
    if ((times.at(-1)?.untilMs ?? 0) < lost.fromMs) times.push({ lost, untilMs: Number.POSITIVE_INFINITY });
  }

  regained(guildId: string, atMs: number): void {
    const last = this.#deaf.get(guildId)?.at(-1);
    if (last) last.untilMs = Math.min(last.untilMs, atMs);
  }

  /** When the line was lost without which it was at some moment; `null`: it had one. */
  deafSince(guildId: string, atMs: number): During | null {
    const times = this.#deaf.get(guildId);
    return times?.find(({ lost, untilMs }) => lost.fromMs <= atMs && atMs <= untilMs)?.lost ?? null;
  }

  /** Up to when it had heard, at some moment, what happened in a guild. */
  heardMs(guildId: string, atMs: number): number {
    const listenedMs = Math.min(atMs, this.stoppingMs);
    return this.deafSince(guildId, listenedMs)?.fromMs ?? listenedMs;
  }

  /** It was told of the whole guild. */
  listed(guildId: string, atMs: number): void {
    this.#listedMs.set(guildId, atMs);
  }

  tenuresOf(guildId: string): readonly Tenure[] {
    return this.#tenures.get(guildId) ?? [];
  }

  /**
   * From when on it acted on what it heard, at the latest and at the earliest. What it heard while another process counted is
   * that one's to count. If that one had not heard it when it ceased to count, it is held to have been so then; or it is found out
   * when the guild is taken, if this one did not hear all since then.
   * @param othersMs when other processes heard the same
   */
  acted(guildId: string, heardMs: number, othersMs: readonly number[]): ActedMs {
    const late = this.tenuresOf(guildId).find(
      ({ settledMs, takenMs }) =>
        heardMs <= settledMs && heardMs < takenMs && !othersMs.some((otherMs) => otherMs <= settledMs),
    );
    return late ? { earliest: late.settledMs, latest: late.takenMs } : { earliest: heardMs, latest: heardMs };
  }

  takes(guildId: string, settledMs: number | null, atMs: number): void {
    const tenures = this.#tenures.get(guildId) ?? [];
    const listedMs = this.#listedMs.get(guildId) ?? atMs;
    // What it kept before it was told of the whole guild, or when it had ceased to count, is not sure to be counted.
    const isKept = listedMs > (tenures.at(-1)?.takenMs ?? 0) && atMs - listedMs < KEPT_MS;
    this.#tenures.set(guildId, [...tenures, new Tenure(settledMs, atMs, isKept ? listedMs : atMs)]);
  }

  /** Another process asks for the guilds. */
  asked(guildIds: readonly string[], atMs: number): void {
    for (const guildId of guildIds) this.tenuresOf(guildId).at(-1)?.asked(atMs);
  }

  /** It does not count the guild any more. @param settledMs nothing beyond was counted */
  ceases(guildId: string, settledMs: number): void {
    this.tenuresOf(guildId).at(-1)?.end(settledMs);
  }

  /** It has written all that it had heard up to then, and counted. */
  flushed(settledMs: number): void {
    // A server that is unseen is settled up to when it was lost.
    this.flushedMs = Math.max(this.flushedMs, settledMs);
    for (const tenures of this.#tenures.values()) tenures.at(-1)?.written(this.flushedMs);
  }
}
