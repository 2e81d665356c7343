import { randomUUID } from "node:crypto";
import { sqlite } from "../../src/store/sqlite/index.ts";
import { batchOf } from "./batches.ts";
import { ROLLED_BEFORE, rollingRows } from "./rolling-rows.ts";

/** A process that writes old hours, and meanwhile rolls them up, until it is killed; a line for each thing done. */
const store = sqlite(process.argv[2] ?? "");
await store.open();
const writer = randomUUID();
let from: string | null = null;
for (let sequence = 1; ; sequence++) {
  await store.apply(batchOf(writer, sequence, rollingRows));
  process.stdout.write(`batch ${sequence}\n`);
  for (let slice = 0; slice < 7; slice++) {
    const request = { hourlyBefore: ROLLED_BEFORE, dailyBefore: null, timeZone: "UTC" };
    from = (await store.rollUp({ ...request, from })).next;
    process.stdout.write(`slice ${slice}\n`);
  }
}
