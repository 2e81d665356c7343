import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CopyOptions, copy, isEmpty } from "../../../src/store/copy/copy.ts";
import type { CopyTarget } from "../../../src/store/copy/copy-side.ts";
import type { Verification } from "../../../src/store/copy/verify.ts";
import { contentsOf } from "./contents.ts";
import { type CopyPlace, withStore } from "./copy-place.ts";
import { anyHistory, countOn, play } from "./history.ts";

type MakePlace = () => Promise<CopyPlace>;

/** A copy, with connections of its own. */
export async function copied(
  from: CopyPlace,
  into: CopyPlace,
  options: CopyOptions = {},
): Promise<Verification> {
  await using source = await from.source();
  await using target = await into.target();
  return await copy(source, target, options);
}

async function isWhole(place: CopyPlace): Promise<boolean> {
  await using target = await place.target();
  return (await target.progress()) === null && !(await isEmpty(target));
}

/** What rows say is not all: a bot that counts on must find places and members as they were. */
async function seenBy(place: CopyPlace): Promise<unknown> {
  return await withStore(place, async (store) => {
    const before = await contentsOf(store);
    await countOn(store);
    return { before, after: await contentsOf(store) };
  });
}

/** The process ends at the write with this number: before it, or after it and before anyone is told. */
function dyingAt(target: CopyTarget, at: number, isWritten: boolean): CopyTarget {
  let writes = 0;
  const dying = async (write: () => Promise<void>): Promise<void> => {
    if (++writes < at) return await write();
    if (isWritten) await write();
    throw new Error("the process is gone");
  };
  return {
    shown: target.shown,
    identity: target.identity,
    progress: () => target.progress(),
    page: (...of) => target.page(...of),
    totals: (of) => target.totals(of),
    totalsOf: (...of) => target.totalsOf(...of),
    begin: (progress) => dying(() => target.begin(progress)),
    write: (...of) => dying(() => target.write(...of)),
    finish: () => dying(() => target.finish()),
    [Symbol.asyncDispose]: () => target[Symbol.asyncDispose](),
  };
}

/** What holds of copies from one kind of store into another. */
export function copies(name: string, makeSource: MakePlace, makeTarget: MakePlace): void {
  describe(`a copy from ${name}`, () => {
    test("holds what the source does, also copied back, and wherever it was cut off", async () => {
      await fc.assert(
        fc.asyncProperty(
          anyHistory,
          fc.array(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.boolean()), { maxLength: 3 }),
          fc.integer({ min: 1, max: 4 }),
          async (history, deaths, pageRows) => {
            await using first = await makeSource();
            await using second = await makeTarget();
            await using third = await makeSource();
            await withStore(first, (store) => play(store, history));
            for (const [at, isWritten] of deaths) {
              if (await isWhole(second)) break;
              await using source = await first.source();
              await using target = await second.target();
              await copy(source, dyingAt(target, at, isWritten), { pageRows }).catch(() => undefined);
            }
            if (!(await isWhole(second))) await copied(first, second, { pageRows });
            await copied(second, third);
            const [source, there, back] = [await seenBy(first), await seenBy(second), await seenBy(third)];
            expect(there).toEqual(source);
            expect(back).toEqual(source);
          },
        ),
        { numRuns: 6 },
      );
    });
  });
}
