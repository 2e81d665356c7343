import { isOlder, type Snowflake } from "../snowflake.ts";

/** A range of message ids, `[fromId, untilId)`; empty when it ends before it begins. */
export interface IdRange {
  readonly fromId: Snowflake;
  readonly untilId: Snowflake;
}

/** What is left of a range without the covered ones, newest first. Covered ranges come in any order, and may overlap. */
export function uncovered({ fromId, untilId }: IdRange, covered: readonly IdRange[]): IdRange[] {
  const gaps: IdRange[] = [];
  const addGap = (gap: IdRange): void => {
    if (!isEmpty(gap)) gaps.push(gap);
  };
  const newestFirst = covered
    .filter((range) => !isEmpty(range))
    .sort((a, b) => (isOlder(a.untilId, b.untilId) ? 1 : -1));
  // Everything from here on is covered, or among the gaps.
  let doneFrom = untilId;
  for (const range of newestFirst) {
    addGap({ fromId: newer(range.untilId, fromId), untilId: doneFrom });
    doneFrom = older(doneFrom, range.fromId);
  }
  addGap({ fromId, untilId: doneFrom });
  return gaps;
}

export function isEmpty({ fromId, untilId }: IdRange): boolean {
  return !isOlder(fromId, untilId);
}

/** The older of two ids. */
export function older(a: Snowflake, b: Snowflake): Snowflake {
  return isOlder(a, b) ? a : b;
}

/** The newer of two ids. */
export function newer(a: Snowflake, b: Snowflake): Snowflake {
  return isOlder(a, b) ? b : a;
}
