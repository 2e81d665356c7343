import type { During } from "./voice-book.ts";

/** All processes round to whole milliseconds. */
const ROUNDING_MS = 2;

/** A time in which one process counts a guild, as it tells of it. Instants are Unix milliseconds. */
export class Tenure {
  /** Up to here others counted: what was heard until then is not counted in this one. */
  readonly settledMs: number;
  /** From here on all is counted in it that the process hears. */
  readonly takenMs: number;
  /** What was heard since then, and behind `settledMs`, is counted too: it was kept until the guild was taken. */
  readonly #keptSinceMs: number;
  /** From here on it is not sure that what is heard is counted. */
  #surelyUntilMs = Number.POSITIVE_INFINITY;
  /** What is heard later is not counted. */
  #untilMs = Number.POSITIVE_INFINITY;
  /** The last cut that was written whole. */
  #writtenMs = Number.NEGATIVE_INFINITY;

  constructor(settledMs: number | null, takenMs: number, keptSinceMs: number) {
    this.settledMs = settledMs ?? Number.NEGATIVE_INFINITY;
    this.takenMs = takenMs;
    this.#keptSinceMs = keptSinceMs;
  }

  /** All that was counted up to then is written. */
  written(cutAtMs: number): void {
    if (this.#untilMs === Number.POSITIVE_INFINITY) this.#writtenMs = cutAtMs;
  }

  /** Another process asks for the guild: it is about to be handed over. */
  asked(atMs: number): void {
    this.#surelyUntilMs = Math.min(this.#surelyUntilMs, atMs);
  }

  /** It is over. @param settledMs nothing beyond was counted */
  end(settledMs: number): void {
    this.#untilMs = Math.min(this.#untilMs, settledMs);
    this.asked(settledMs);
  }

  /** Up to when all that was counted is surely stored. */
  get storedMs(): number {
    return Math.min(this.#surelyUntilMs, this.#writtenMs);
  }

  /** Whether what was heard then is surely counted here, and stored. */
  surelyHas({ fromMs, untilMs }: During): boolean {
    const sinceMs = Math.min(this.takenMs, Math.max(this.settledMs, this.#keptSinceMs) + ROUNDING_MS);
    return fromMs >= sinceMs && untilMs + ROUNDING_MS <= this.storedMs;
  }

  /** Whether it may be. @param sentMs when the last cut was made that the process tried to write */
  mayHave({ fromMs, untilMs }: During, sentMs: number): boolean {
    return untilMs + ROUNDING_MS > this.settledMs && fromMs - ROUNDING_MS <= Math.min(this.#untilMs, sentMs);
  }
}
