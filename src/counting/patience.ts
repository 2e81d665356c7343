import type { Clock } from "../clock.ts";

const ATTEMPTS = 4;
const FIRST_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 15_000;

/**
 * Tries again with growing waits, and waits for nothing once it is told to stop.
 * @param attempts default: some 14 s of them
 * @returns `undefined` when it was told to stop; what was under way then is left to itself
 * @throws what the last attempt threw
 */
export async function patiently<T>(
  clock: Clock,
  signal: AbortSignal,
  attempt: () => Promise<T>,
  attempts = ATTEMPTS,
): Promise<T | undefined> {
  for (let tries = 1; !signal.aborted; tries++) {
    try {
      return await unlessAborted(signal, attempt());
    } catch (thrown) {
      if (tries === attempts) throw thrown;
      await pause(clock, signal, Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (tries - 1)));
    }
  }
  return undefined;
}

function unlessAborted<T>(signal: AbortSignal, task: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => resolve(undefined);
    signal.addEventListener("abort", giveUp, { once: true });
    task.then(resolve, reject).finally(() => signal.removeEventListener("abort", giveUp));
  });
}

function pause(clock: Clock, signal: AbortSignal, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      timer.cancel();
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = clock.after(delayMs, done);
    signal.addEventListener("abort", done, { once: true });
    // The attempt may have failed because of the very stop, which is not told twice.
    if (signal.aborted) done();
  });
}
