import { asError, GuildStatsError } from "../../src/errors.ts";
import { sqlite } from "../../src/store/sqlite/index.ts";
import { batchOf } from "../store/batches.ts";

// Tries to write so often each time it is told to, as the flusher does: what was refused is sent again.
const store = sqlite(process.argv[2] ?? "");
await store.open();
let sequence = 0;
process.on("message", async (count: number) => {
  const refusals: string[] = [];
  for (let tries = 0; tries < count; tries++) {
    const row = { guild: "100000000000000001", place: "200000000000000001", member: "300000000000000001" };
    try {
      await store.apply(batchOf("w", sequence + 1, [{ ...row, hour: 490_000, messages: 1 }]));
      sequence++;
    } catch (thrown) {
      const error = asError(thrown);
      const sqliteCode = error instanceof GuildStatsError ? error.details["sqliteCode"] : error.message;
      refusals.push(String(sqliteCode));
    }
    // Time for the side thread, which syncs.
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (count === 0) await store.close();
  process.send?.({ refusals, written: sequence });
  if (count === 0) process.disconnect();
});
process.send?.({ refusals: [], written: 0 });
