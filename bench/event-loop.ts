import { openSync, readSync } from "node:fs";

/** How long the event loop could not turn. */
export interface Watch {
  /** The longest time between two turns, milliseconds. */
  readonly longestMs: number;
  /** The most processor time (of all threads) between two turns: what is left of it on a machine shared with others. */
  readonly longestCpuMs: number;
  /**
   * The most processor time of the event loop's own thread between two turns, told by Linux (to some milliseconds, at
   * its scheduler's ticks); `null` elsewhere.
   */
  readonly longestOwnCpuMs: number | null;
  /** The whole task, milliseconds. */
  readonly totalMs: number;
}

/**
 * Watches the event loop while a task runs. A chain of `setImmediate` turns the loop without a pause and looks at the
 * clock at each turn: the longest gap is the longest block. (`monitorEventLoopDelay` samples once a millisecond, and
 * would round what is asked here.)
 */
export async function watched(task: () => Promise<unknown>): Promise<Watch> {
  let longestMs = 0;
  let longestCpuMs = 0;
  let longestOwnCpuMs: number | null = null;
  let watching = true;
  let last = performance.now();
  let lastCpu = process.cpuUsage();
  let lastOwn = ownCpuMs();
  const ended = new Promise<void>((resolve) => {
    const turn = (): void => {
      const now = performance.now();
      const cpu = process.cpuUsage();
      longestMs = Math.max(longestMs, now - last);
      longestCpuMs = Math.max(longestCpuMs, (cpu.user + cpu.system - lastCpu.user - lastCpu.system) / 1_000);
      const own = ownCpuMs();
      if (own !== null && lastOwn !== null) longestOwnCpuMs = Math.max(longestOwnCpuMs ?? 0, own - lastOwn);
      last = now;
      lastCpu = cpu;
      lastOwn = own;
      if (watching) setImmediate(turn);
      else resolve();
    };
    setImmediate(turn);
  });
  const startedMs = performance.now();
  await task();
  const totalMs = performance.now() - startedMs;
  watching = false;
  await ended;
  return { longestMs, longestCpuMs, longestOwnCpuMs, totalMs };
}

const schedule = openedSchedule();
const line = Buffer.alloc(64);

/** Processor time of the main thread so far, milliseconds; `null` where the system does not tell. */
export function ownCpuMs(): number | null {
  if (schedule === null) return null;
  const [ns] = line.toString("latin1", 0, readSync(schedule, line, 0, line.length, 0)).split(" ");
  return Number(ns) / 1e6;
}

function openedSchedule(): number | null {
  try {
    return openSync("/proc/self/schedstat", "r");
  } catch {
    return null;
  }
}
