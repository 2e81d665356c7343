import { describe, expect, test } from "vitest";
import { copy } from "../../../src/store/copy/copy.ts";
import type { CopySide } from "../../../src/store/copy/copy-side.ts";
import { type CopyRow, isOfGuilds, SECTIONS, type SectionName } from "../../../src/store/copy/sections.ts";
import { optOutHash } from "../../../src/store/opt-out-hash.ts";
import { batchOf, rowLike } from "../batches.ts";
import { contentsOf } from "./contents.ts";
import { copied } from "./copies.ts";
import { type CopyPlace, withStore } from "./copy-place.ts";
import { GUILDS, HOUR, MEMBERS, PLACES } from "./history.ts";

type MakePlace = () => Promise<CopyPlace>;

export const row = rowLike({
  guild: GUILDS[0],
  hour: HOUR,
  place: PLACES[0],
  member: MEMBERS[0],
  messages: 3,
});

/** Counts as a bot does, which asks at its start who opted out. */
export const counted = (place: CopyPlace, sequence = 1): Promise<unknown> =>
  withStore(place, async (store) => {
    await store.optOuts();
    await store.apply(batchOf("w", sequence, [row(), row({ hour: HOUR + sequence })]));
  });

/** A source whose pages are read as a test has it. */
export function reading(
  source: CopySide,
  page: (section: SectionName, read: () => Promise<readonly CopyRow[]>) => Promise<readonly CopyRow[]>,
): CopySide {
  return {
    shown: source.shown,
    identity: source.identity,
    progress: () => source.progress(),
    totals: (of) => source.totals(of),
    totalsOf: (...of) => source.totalsOf(...of),
    page: (section, ...where) => page(section.name, () => source.page(section, ...where)),
    [Symbol.asyncDispose]: () => source[Symbol.asyncDispose](),
  };
}

/** A source to which something happens when all of its rows have been compared, server by server. */
export function comparing(source: CopySide, happens: () => Promise<unknown>): CopySide {
  return {
    ...reading(source, (_, read) => read()),
    totalsOf: async (section, guildIds) => {
      const totals = await source.totalsOf(section, guildIds);
      if (section.name === SECTIONS.filter(isOfGuilds).at(-1)?.name) await happens();
      return totals;
    },
  };
}

/** A copy that is cut off at its first page of hours. */
async function cutOff(from: CopyPlace, into: CopyPlace): Promise<void> {
  await using source = await from.source();
  await using target = await into.target();
  const cut = reading(source, (section, read) =>
    section === "hourly" ? Promise.reject(new Error("cut off")) : read(),
  );
  await expect(copy(cut, target)).rejects.toThrow("cut off");
}

/** When a copy is refused, and what that leaves. */
export function refusals(name: string, makeSource: MakePlace, makeTarget: MakePlace): void {
  const withPlaces =
    (claim: (from: CopyPlace, into: CopyPlace) => Promise<void>) => async (): Promise<void> => {
      await using from = await makeSource();
      await using into = await makeTarget();
      await claim(from, into);
    };

  describe(`a copy from ${name}`, () => {
    test(
      "adds up, by section and server",
      withPlaces(async (from, into) => {
        await counted(from);
        const { sections, guilds, differences } = await copied(from, into);
        expect({ guilds, differences }).toEqual({ guilds: 1, differences: [] });
        const hours = { rows: 2, messages: 6, durationMs: 0 };
        expect(sections).toContainEqual({ section: "hourly", guildId: null, source: hours, target: hours });
      }),
    );

    test(
      "moves who opted out, and who is still to be erased",
      withPlaces(async (from, into) => {
        await counted(from);
        const { key } = await withStore(from, (store) => store.optOuts());
        await withStore(from, (store) => store.addOptOut(optOutHash(key, MEMBERS[0]), "self"));
        // A bot that was started once over the target made a key of its own.
        await withStore(into, (store) => store.optOuts());
        await copied(from, into);
        await withStore(into, async (store) => {
          expect(await store.optOuts()).toEqual({ key, hashes: [optOutHash(key, MEMBERS[0])], ignored: [] });
          expect(await store.unfinishedErasures()).toEqual([{ userId: MEMBERS[0], guildId: null }]);
        });
      }),
    );

    test(
      "of an empty store is a store that can be opened",
      withPlaces(async (from, into) => {
        await withStore(from, async () => undefined);
        await copied(from, into);
        expect((await withStore(into, (store) => store.guilds())).size).toBe(0);
      }),
    );

    test(
      "is refused into a store that holds anything, which stays as it is",
      withPlaces(async (from, into) => {
        await counted(from);
        await withStore(into, (store) => store.addOptOut("a".repeat(64), "owner"));
        const before = await withStore(into, contentsOf);
        await expect(copied(from, into)).rejects.toMatchObject({
          code: "COPY_REFUSED",
          message: expect.stringContaining("holds data already"),
        });
        expect(await withStore(into, contentsOf)).toEqual(before);
      }),
    );

    test(
      "that was cut off leaves what no bot opens, and nobody copies, until the same copy is finished",
      withPlaces(async (from, into) => {
        await counted(from);
        await cutOff(from, into);
        await expect(into.store().open()).rejects.toMatchObject({ code: "STORE_HALF_COPIED" });
        expect((await into.findings()).get("copy")).toBe("problem");
        await using other = await makeTarget();
        await expect(copied(into, other)).rejects.toMatchObject({ code: "STORE_HALF_COPIED" });
        await copied(from, into);
        expect(new Set((await into.findings()).values())).toEqual(new Set(["ok"]));
        expect(await withStore(into, contentsOf)).toEqual(await withStore(from, contentsOf));
      }),
    );

    test(
      "does not go on with one of another source, nor when the source was written since",
      withPlaces(async (from, into) => {
        await counted(from);
        await cutOff(from, into);
        await using other = await makeSource();
        await withStore(other, (store) => store.setRulesSinceMs(7));
        await expect(copied(other, into)).rejects.toMatchObject({ code: "COPY_REFUSED" });
        await counted(from, 2);
        await expect(copied(from, into)).rejects.toMatchObject({
          code: "COPY_REFUSED",
          message: expect.stringContaining("written since"),
        });
        await expect(into.store().open()).rejects.toMatchObject({ code: "STORE_HALF_COPIED" });
      }),
    );

    test(
      "that does not add up is said not to, and stays closed to bots",
      withPlaces(async (from, into) => {
        await counted(from);
        await using source = await from.source();
        await using target = await into.target();
        const lost = reading(source, async (section, read) =>
          (await read()).slice(section === "hourly" ? 1 : 0),
        );
        await expect(copy(lost, target)).rejects.toMatchObject({
          code: "COPY_DIFFERS",
          message: expect.stringContaining(
            `hourly of server ${GUILDS[0]}: 2 rows, 6 messages, 0 ms; copied: 1 rows, 3 messages, 0 ms`,
          ),
          details: {
            differences: expect.arrayContaining([
              expect.objectContaining({ section: "hourly", guildId: GUILDS[0] }),
            ]),
          },
        });
        expect(await target.progress()).not.toBe(null);
      }),
    );
  });
}
