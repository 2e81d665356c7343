import { expect, test } from "vitest";
import { Admission } from "../../src/counting/admission.ts";
import { sqlite } from "../../src/store/sqlite/index.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** What a store's secret is for one purpose, and the secret itself. */
async function keysOf(file: string, purpose: string): Promise<{ derived: string; secret: string }> {
  const store = sqlite(file);
  await store.open();
  const admission = new Admission(store, true);
  await admission.open();
  const { key } = await store.optOuts();
  await store.close();
  return {
    derived: Buffer.from(admission.derivedKey(purpose)).toString("hex"),
    secret: Buffer.from(key).toString("hex"),
  };
}

test("a derived key is the same after a restart, another one for another purpose or store, and never the secret", async () => {
  using folder = temporaryFolder();
  const [first, again, other, elsewhere] = [
    await keysOf(folder.file("a.db"), "one"),
    await keysOf(folder.file("a.db"), "one"),
    await keysOf(folder.file("a.db"), "two"),
    await keysOf(folder.file("b.db"), "one"),
  ];
  expect(again).toEqual(first);
  expect(new Set([first.derived, other.derived, elsewhere.derived, first.secret]).size).toBe(4);
  expect(first.derived).toHaveLength(64);
});
