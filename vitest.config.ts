import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** Windows cannot ask a process to end or to stand still, nor take the right to write a file from who owns it. */
const NOT_ON_WINDOWS = [
  "test/signals.test.ts",
  "test/chaos/*.test.ts",
  "test/crash/*.test.ts",
  "test/faults/read-only.test.ts",
];

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: process.platform === "win32" ? NOT_ON_WINDOWS : [],
    // Of two processors, both: the suite takes half the time.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // A claim that hangs is a failure, yet a slow machine is not: nothing here measures time.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ["default", "./test/reporting/summary-line.ts"],
  },
});
