import { sqlite } from "../../src/store/sqlite/index.ts";
import { batchOf } from "./batches.ts";

/**
 * A process that writes batches until it is killed, and says which were acknowledged. Batch `n` has 20 rows of
 * `n` messages each, so that a part of a batch, or one counted twice, shows in the sums.
 */
const store = sqlite(process.argv[2] ?? "");
await store.open();
process.stdout.write("open\n");
for (let sequence = 1; ; sequence++) {
  await store.apply(
    batchOf(
      "w",
      sequence,
      Array.from({ length: 20 }, (_, index) => ({
        guild: "100000000000000001",
        hour: 490_000 + sequence,
        place: `20000000000000000${index % 10}`,
        member: `4${String(sequence * 100 + index).padStart(17, "0")}`,
        messages: sequence,
      })),
    ),
  );
  process.stdout.write(`${sequence}\n`);
}
