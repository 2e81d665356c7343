/** The middle of the samples, and their ends. */
export interface Spread {
  readonly median: number;
  readonly smallest: number;
  readonly largest: number;
}

export function spreadOf(samples: readonly number[]): Spread {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  const lower = sorted.length % 2 === 1 ? upper : (sorted[middle - 1] ?? Number.NaN);
  return {
    median: (lower + upper) / 2,
    smallest: sorted[0] ?? Number.NaN,
    largest: sorted.at(-1) ?? Number.NaN,
  };
}

/** One of several ways to do the same thing, and what it took each time. */
export class Variant {
  readonly #measure: (round: number) => number | Promise<number>;
  readonly #samples: number[] = [];

  /** @param measure does it once, and gives the sample */
  constructor(measure: (round: number) => number | Promise<number>) {
    this.#measure = measure;
  }

  async run(round: number, isWarmUp: boolean): Promise<void> {
    globalThis.gc?.();
    const sample = await this.#measure(round);
    if (!isWarmUp) this.#samples.push(sample);
  }

  get spread(): Spread {
    return spreadOf(this.#samples);
  }

  get median(): number {
    return this.spread.median;
  }
}

/**
 * Measures variants by turns, A B B A, so that a machine that grows slower or faster does so for all of them, and
 * each goes first as often as the others.
 * @param warmUps rounds whose samples are thrown away
 */
export async function inTurns(variants: readonly Variant[], rounds: number, warmUps = 1): Promise<void> {
  for (let round = 0; round < rounds + warmUps; round++) {
    for (const variant of round % 2 === 0 ? variants : variants.toReversed())
      await variant.run(round, round < warmUps);
  }
}

/** Milliseconds of processor time that a task took, on all of the process's threads. */
export async function cpuMs(task: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await task();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** Milliseconds that a task took. */
export async function wallMs(task: () => unknown): Promise<number> {
  const before = performance.now();
  await task();
  return performance.now() - before;
}
