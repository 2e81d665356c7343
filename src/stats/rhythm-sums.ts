import { HOUR_MS } from "../clock.ts";
import { DAYS, type LocalDays } from "./days.ts";
import type { Rhythm } from "./views.ts";

const WEEK_HOURS = 7 * 24;
const MOST_WEEKS = 4;

/** Activity by hour of the week, summed up over the last whole weeks. */
export class RhythmSums {
  readonly #days: LocalDays;
  readonly #weeks: number;
  readonly #messages = new Array<number>(WEEK_HOURS).fill(0);
  readonly #voiceMs = new Array<number>(WEEK_HOURS).fill(0);

  /** @param sinceMs when counting began, Unix milliseconds */
  constructor(days: LocalDays, sinceMs: number) {
    this.#days = days;
    this.#weeks = wholeWeeks(days, sinceMs);
  }

  /** The first hour of the first whole week. */
  get fromHour(): number {
    return this.#days.starts[DAYS - 1 - this.#weeks * 7] ?? 0;
  }

  /** The hour after the last whole day, the first of today. */
  get untilHour(): number {
    return this.#days.starts[DAYS - 1] ?? 0;
  }

  /** Adds what happened in a UTC hour; an hour of no whole week is left out. */
  add(hour: number, messages: number, voiceMs: number): void {
    if (hour < this.fromHour || hour >= this.untilHour) return;
    const slot = this.#days.weekHours[hour - (this.#days.starts[0] ?? 0)] ?? 0;
    this.#messages[slot] = (this.#messages[slot] ?? 0) + messages;
    this.#voiceMs[slot] = (this.#voiceMs[slot] ?? 0) + voiceMs;
  }

  rhythm(): Rhythm {
    const { timeZone } = this.#days;
    return { timeZone, weeks: this.#weeks, messages: this.#messages, voiceMs: this.#voiceMs };
  }
}

/** Whole weeks before today of which every day was counted from its first hour on. */
function wholeWeeks({ starts }: LocalDays, sinceMs: number): number {
  let days = 0;
  while (days < MOST_WEEKS * 7 && (starts[DAYS - 2 - days] ?? 0) * HOUR_MS >= sinceMs) days++;
  return Math.floor(days / 7);
}
