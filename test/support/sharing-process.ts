import { ChangeFollower } from "../../src/counting/change-follower.ts";
import { Counter } from "../../src/counting/counter.ts";
import type { GuildStatsError } from "../../src/errors.ts";
import { OthersChanges } from "../../src/others-changes.ts";
import { ScheduledPosts } from "../../src/posts/scheduled-posts.ts";
import { Privacy } from "../../src/privacy/privacy.ts";
import type { Snowflake } from "../../src/snowflake.ts";
import type { Store } from "../../src/store/store.ts";
import { NO_HISTORY, snowflakeAt, UNHEARD } from "./counting.ts";
import { ManualClock } from "./manual-clock.ts";

/**
 * Counting and privacy of one process over a store that others share, without Discord. It asks for changes when told to, and
 * counts every guild, whoever else does.
 */
export interface SharingProcess extends AsyncDisposable {
  readonly clock: ManualClock;
  readonly store: Store;
  readonly counter: Counter;
  readonly privacy: Privacy;
  readonly posts: ScheduledPosts;
  readonly follower: ChangeFollower;
  readonly failures: GuildStatsError[];
  message(guildId: Snowflake, userId: Snowflake): void;
}

const CHANNEL = "1200000000000000001";

export async function sharingProcess(shared: Store, clock = new ManualClock()): Promise<SharingProcess> {
  const store = withoutLeases(shared);
  const failures: GuildStatsError[] = [];
  const failed = (error: GuildStatsError): void => void failures.push(error);
  const counter: Counter = new Counter(
    {
      store,
      clock,
      flushIntervalMs: 30_000,
      batchRows: 10,
      memoryBudgetBytes: 64 * 1024 * 1024,
      enabledByDefault: true,
      hourlyRetentionDays: 400,
      dailyRetentionDays: null,
      timeZone: "UTC",
      longestGapMs: 0,
      recoverMessagesPerChannel: 0,
      activities: false,
      activityMinimumMs: 0,
      history: NO_HISTORY,
      directory: { channelName: () => null, categoryOf: () => null, rolesOf: () => [] },
      stateOf: () => null,
      changesSeen: (): number | null => follower.seen,
    },
    { ...UNHEARD, failed },
  );
  const poster = { isHere: () => false, post: () => Promise.resolve({ kind: "away" } as const) };
  const posts = new ScheduledPosts(store, clock, poster, () => "UTC", {
    posted: () => undefined,
    removed: () => undefined,
    failed,
  });
  const privacy = new Privacy(
    counter,
    store,
    clock,
    { guild: () => null, channels: () => Promise.resolve(() => null) },
    { forgotten: () => undefined, anew: () => undefined, failed },
  );
  const { changes } = store;
  if (changes === null) throw new Error("nobody shares this store");
  const others: OthersChanges = new OthersChanges(changes, counter, posts, {
    configured: async () => undefined,
    erased: () => undefined,
    optedIn: async () => undefined,
    guildsErased: () => undefined,
    everythingAnew: async () => undefined,
  });
  const follower: ChangeFollower = new ChangeFollower(changes, clock, (since) => others.take(since), {
    failed,
    recovered: () => undefined,
    heard: () => undefined,
  });
  await store.open();
  await follower.open();
  await posts.open();
  await counter.start();
  return {
    clock,
    store,
    counter,
    privacy,
    posts,
    follower,
    failures,
    message(guildId, userId): void {
      const messageId = snowflakeAt(clock.nowMs());
      counter.message({ messageId, guildId, channelId: CHANNEL, parentId: null, userId, bot: false });
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await follower.stop();
      await posts.stop();
      await counter.stop();
      await store.close();
    },
  };
}

function withoutLeases(store: Store): Store {
  return new Proxy(store, {
    get(target, name) {
      if (name === "leases") return null;
      const member: unknown = Reflect.get(target, name);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}
