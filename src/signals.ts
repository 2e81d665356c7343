import { constants } from "node:os";

const SIGNALS = ["SIGTERM", "SIGINT"] as const;

/**
 * Runs `drain` on the first SIGTERM or SIGINT, then lets the signal take its course: another listener of the
 * host decides, and where there is none the process ends as if GuildStats had not been there.
 * @returns stops watching
 */
export function drainOnSignals(drain: () => Promise<void>): () => void {
  const undo = (): void => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    const again = (): void => {
      undo();
      // With a listener of the host's left, ending is its business.
      if (process.listenerCount(signal) > 0) return;
      // The first process of a container is spared by signals that nobody listens to: it would stay, counting nothing.
      if (process.pid === 1) process.exit(128 + constants.signals[signal]);
      process.kill(process.pid, signal);
    };
    drain().then(again, again);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return undo;
}
