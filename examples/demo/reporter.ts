import { systemClock } from "../../src/clock.ts";

/** Prints at most once a second. */
export function reporter(): (line: string) => void {
  let lastMs = systemClock.elapsedMs();
  return (line) => {
    if (systemClock.elapsedMs() - lastMs < 1_000) return;
    lastMs = systemClock.elapsedMs();
    console.log(line);
  };
}
