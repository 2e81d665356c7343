import fc from "fast-check";
import { expect, test } from "vitest";
import { MEMBERS_FILTERS } from "../../src/members-filter.ts";
import { PERIODS } from "../../src/period.ts";
import { SERVER_CARDS } from "../../src/server-card.ts";
import { POST_TROUBLES, type PostTiming, type ScheduledPost } from "../../src/store/scheduled-post.ts";
import type { Store } from "../../src/store/store.ts";
import type { Place } from "./any-order.ts";
import { batchOf } from "./batches.ts";

const [GUILD, OTHER] = ["9007199254740993", "9223372036854775807"];
const [GENERAL, ANN] = ["1200000000000000001", "1099511627776000001"];

const hour = fc.integer({ min: 0, max: 23 });
export const anyTiming: fc.Arbitrary<PostTiming> = fc.oneof(
  fc.record({ every: fc.constant("day" as const), hour }),
  fc.record({ every: fc.constant("week" as const), weekday: fc.integer({ min: 0, max: 6 }), hour }),
  fc.record({ every: fc.constant("month" as const), monthDay: fc.integer({ min: 1, max: 31 }), hour }),
  fc.record({ every: fc.constant("refresh" as const) }),
);
const anySnowflake = fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }).map(String);
const anyPost: fc.Arbitrary<ScheduledPost> = fc.record({
  guildId: fc.constantFrom(GUILD, OTHER, "77"),
  channelId: anySnowflake,
  timing: anyTiming,
  card: fc.constantFrom(...SERVER_CARDS),
  period: fc.constantFrom(...PERIODS),
  members: fc.constantFrom(...MEMBERS_FILTERS),
  id: fc.integer({ min: 1, max: 10 }),
  doneMs: fc.nat(8e15),
  messageId: fc.option(anySnowflake),
  trouble: fc.option(fc.constantFrom(...POST_TROUBLES)),
});

const post = (change: Partial<ScheduledPost> = {}): ScheduledPost => ({
  guildId: GUILD,
  channelId: GENERAL,
  timing: { every: "week", weekday: 6, hour: 23 },
  card: "growth",
  period: "7d",
  members: "humans",
  id: 1,
  doneMs: 1_790_000_000_000,
  messageId: null,
  trouble: null,
  ...change,
});

const byId = (posts: Iterable<ScheduledPost>): Map<string, ScheduledPost> =>
  new Map([...posts].map((each) => [`${each.guildId} ${each.id}`, each]));

/** What every store must hold to about posts. */
export function postsConformance(
  makePlace: () => Promise<Place>,
  withStore: (claim: (store: Store, place: Place) => Promise<void>) => Promise<void>,
): void {
  test("any posts come back as they were saved last, also after a reopening; those that were removed do not, though they are saved", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ post: anyPost, isRemoved: fc.boolean() }), { maxLength: 12 }),
        async (steps) => {
          await using place = await makePlace();
          const store = place.store();
          await store.open();
          const kept = new Map<string, ScheduledPost>();
          for (const { post, isRemoved } of steps) {
            const name = `${post.guildId} ${post.id}`;
            // Saved all the same, whether it is there or not.
            expect(await store.addPost(post)).toBe(!kept.has(name));
            await store.savePost(post);
            kept.set(name, post);
            if (!isRemoved) continue;
            await store.removePost(post.guildId, post.id);
            await store.removePost(post.guildId, post.id);
            await store.savePost(post);
            kept.delete(name);
          }
          const posts = await store.posts();
          expect(posts).toHaveLength(kept.size);
          expect(byId(posts)).toEqual(kept);
          await store.close();
          const reopened = place.store();
          await reopened.open();
          expect(await reopened.posts()).toEqual(posts);
          await reopened.close();
        },
      ),
      { numRuns: 30 },
    ));

  test("a guild of which only a post is stored is a guild of which something is stored, and can be left", () =>
    withStore(async (store) => {
      await store.addPost(post());
      expect(await store.guilds()).toEqual(new Map([[GUILD, null]]));
      await store.markLeft([GUILD], 1_000);
      await store.addPost(post({ id: 2 }));
      expect(await store.guilds()).toEqual(new Map([[GUILD, 1_000]]));
      expect(await store.load(GUILD, { writer: "w", fromHour: 0 })).toMatchObject({ sinceMs: null });
      expect(await store.settings()).toEqual(new Map());
    }));

  test("posts go with their guild, and with nothing else: neither a purge nor a forgotten user takes one", () =>
    withStore(async (store) => {
      const kept = post({ guildId: OTHER, messageId: "5", trouble: "off" });
      for (const each of [post(), post({ id: 2 }), kept]) await store.addPost(each);
      await store.apply(
        batchOf("w", 1, [{ guild: OTHER, hour: 490_000, place: GENERAL, member: ANN, messages: 1 }]),
      );
      await store.purge(OTHER, "all");
      await store.purge(OTHER, { placeId: GENERAL });
      await store.forget(ANN);
      expect(await store.posts()).toHaveLength(3);
      await store.eraseGuild(GUILD);
      expect(await store.posts()).toEqual([kept]);
      expect([...(await store.guilds()).keys()]).toEqual([OTHER]);
    }));

  test("removing a post of a guild that is not known changes nothing", () =>
    withStore(async (store) => {
      await store.removePost(GUILD, 1);
      expect(await store.guilds()).toEqual(new Map());
    }));
}
