import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // A claim that hangs is a failure, yet a slow machine is not: nothing here measures time.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ["default", "./test/reporting/summary-line.ts"],
  },
});
