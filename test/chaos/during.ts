/** Something that a process did happened between the two, Unix milliseconds. */
export interface During {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** All processes round to whole milliseconds. */
export const ROUNDING_MS = 2;
