import type { Clock } from "./clock.ts";

/** Longer than any erasure takes; a host that stops must end some time. */
export const SILENCE_MS = 30_000;

/**
 * Waits for `work` as long as something is heard of it.
 * @param signs grows with every sign of life
 * @returns `false` when there was no sign for {@link SILENCE_MS}; the work is left to itself
 * @throws what the work throws
 */
export async function unlessSilent(clock: Clock, work: Promise<unknown>, signs = () => 0): Promise<boolean> {
  let stopWatching = (): void => undefined;
  const silent = new Promise<boolean>((resolve) => {
    const watch = (heard: number): void => {
      const timer = clock.after(
        SILENCE_MS,
        () => (signs() === heard ? resolve(false) : watch(signs())),
        // Without it a process whose store never answers would end without saying so.
        true,
      );
      stopWatching = () => timer.cancel();
    };
    watch(signs());
  });
  try {
    return await Promise.race([work.then(() => true), silent]);
  } finally {
    stopWatching();
  }
}
