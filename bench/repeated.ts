import type { Figure } from "./figure.ts";
import { type Spread, spreadOf, wallMs } from "./rounds.ts";

const REPEATS = 300;
const WARM_UPS = 50;
/** A baseline takes a hundred times as long. */
const SQL_REPEATS = 5;

/** What a question costs, asked again and again; each time of the next one of its subjects. */
export async function repeated(ask: (index: number) => Promise<unknown>, repeats = REPEATS): Promise<Spread> {
  const samples: number[] = [];
  for (let index = 0; index < WARM_UPS + repeats; index++) {
    const tookMs = await wallMs(() => ask(index));
    if (index >= WARM_UPS) samples.push(tookMs);
  }
  return spreadOf(samples);
}

/** @param sql answers the same from the tables */
export async function warm(
  what: string,
  { median, smallest, largest }: Spread,
  sql?: (index: number) => unknown,
  goal?: Figure["goal"],
): Promise<Figure> {
  const note = `of ${REPEATS}, the quickest took ${smallest.toFixed(2)} ms, the slowest ${largest.toFixed(1)} ms`;
  const beside = sql && { what: "SQL", value: await medianMs(sql) };
  return {
    what,
    value: median,
    unit: "ms",
    note,
    ...(beside ? { baseline: beside } : {}),
    ...(goal ? { goal } : {}),
  };
}

/** @param ask quick or not, without waiting */
export async function medianMs(ask: (index: number) => unknown): Promise<number> {
  const samples: number[] = [];
  for (let index = 0; index <= SQL_REPEATS; index++) {
    const tookMs = await wallMs(() => ask(index));
    if (index > 0) samples.push(tookMs);
  }
  return spreadOf(samples).median;
}
