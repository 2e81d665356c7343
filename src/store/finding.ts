/** What a check found: nothing wrong; something to know; or something that is wrong. */
export interface Finding {
  readonly verdict: "ok" | "remark" | "problem";
  /** What was found, a sentence without a full stop. */
  readonly says: string;
  /** What to do about it; `null` when nothing is to be done. */
  readonly advice: string | null;
}

export function ok(says: string): Finding {
  return { verdict: "ok", says, advice: null };
}

export function remark(says: string, advice: string | null = null): Finding {
  return { verdict: "remark", says, advice };
}

export function problem(says: string, advice: string): Finding {
  return { verdict: "problem", says, advice };
}

export const NUMBER = new Intl.NumberFormat("en");

/** "1 row", "2,000 rows". */
export function counted(count: number, noun: string): string {
  return `${NUMBER.format(count)} ${noun}${count === 1 ? "" : "s"}`;
}
