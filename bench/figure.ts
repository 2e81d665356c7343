/** What a figure must be to meet its goal. */
type Goal =
  /** The value itself, in the figure's unit. */
  | { readonly kind: "at-most"; readonly value: number }
  /** The value as a share of the baseline's. */
  | { readonly kind: "at-least-of-baseline"; readonly share: number }
  /** How much less than the baseline's, as a share; `promised` is how the old design document put it. */
  | { readonly kind: "saves"; readonly share: number; readonly promised: string };

/** One measured number, beside what it is compared with and what it should be. */
export interface Figure {
  readonly what: string;
  /** Median of the runs. */
  readonly value: number;
  readonly unit: Unit;
  /** Measured in the same run. */
  readonly baseline?: { readonly what: string; readonly value: number };
  readonly goal?: Goal;
  /** How it was counted, or what else was seen. */
  readonly note?: string;
}

export type Unit = "ns" | "µs" | "ms" | "bytes" | "rows" | "per s";

/** A group of figures with one subject, run by its name. */
export interface Bench {
  readonly name: string;
  readonly title: string;
  run(): Promise<readonly Figure[]>;
}

/** Whether the goal was met; `null` where there is none. */
export function isMet({ value, baseline, goal }: Figure): boolean | null {
  if (goal === undefined) return null;
  switch (goal.kind) {
    case "at-most":
      return value <= goal.value;
    case "at-least-of-baseline":
      return baseline !== undefined && value >= goal.share * baseline.value;
    case "saves":
      return baseline !== undefined && 1 - value / baseline.value >= goal.share;
    default:
      return goal satisfies never;
  }
}
