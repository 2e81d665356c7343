import { type HeapProfiler, Session } from "node:inspector/promises";

/** One sample for so many bytes on average. */
const SAMPLING_BYTES = 1_024;

/**
 * Bytes of JavaScript objects that a task made, those already collected included, as V8's sampling heap profiler
 * estimates them. What lies outside the heap (typed arrays' contents, SQLite's pages) is not in it.
 */
export async function allocatedBytes(task: () => Promise<unknown>): Promise<number> {
  const session = new Session();
  session.connect();
  const parameters = {
    samplingInterval: SAMPLING_BYTES,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  };
  await session.post("HeapProfiler.enable");
  await session.post("HeapProfiler.startSampling", parameters);
  await task();
  const { profile } = await session.post("HeapProfiler.stopSampling");
  session.disconnect();
  return sumOf(profile.head);
}

function sumOf({ selfSize, children }: HeapProfiler.SamplingHeapProfileNode): number {
  return children.reduce((sum, child) => sum + sumOf(child), selfSize);
}
