import { GuildStatsError } from "../../src/errors.ts";
import type { Applied, Batch, Store } from "../../src/store/store.ts";

/**
 * What happens to the next write: it is refused; it is applied and its answer is lost; or it hangs, neither applied
 * nor answered, until the line is let go.
 */
export type Fault = "refused" | "unanswered" | "hangs";

/** A real store whose line to us can be cut: writes fail before or after they took place. */
export function withFaults(store: Store): {
  readonly store: Store;
  /** Faults of the next writes, in order. */
  readonly faults: Fault[];
  /** Batches that reached the store. */
  readonly writes: Batch[];
  /**
   * Whether guilds can be loaded, ranges of hours summed, days read, and posts saved and removed; how often the latter were asked for,
   * and changes of posts tried; and whether settings can be saved, and opting out be taken back.
   */
  readonly line: {
    loads: boolean;
    sums: boolean | "hangs";
    askedSums: number;
    days: boolean | "hangs";
    askedDays: number;
    posts: boolean | "unanswered";
    triedPosts: number;
    /** Whether users can be erased. */
    erasures: boolean;
    choices: boolean | "hangs";
  };
  /** Lets the writes go on that hang. */
  letGo(): void;
} {
  const faults: Fault[] = [];
  const writes: Batch[] = [];
  const line: ReturnType<typeof withFaults>["line"] = {
    loads: true,
    sums: true,
    askedSums: 0,
    days: true,
    askedDays: 0,
    posts: true,
    triedPosts: 0,
    erasures: true,
    choices: true,
  };
  const hanging: (() => void)[] = [];
  const hang = (): Promise<void> => new Promise((resolve) => hanging.push(resolve));
  const load = (...request: Parameters<Store["load"]>): ReturnType<Store["load"]> => {
    if (!line.loads) return Promise.reject(new GuildStatsError("STORE_FAILED", "the store is away (test)"));
    return store.load(...request);
  };
  const sums = async (...request: Parameters<Store["sums"]>): ReturnType<Store["sums"]> => {
    line.askedSums++;
    if (line.sums === false) throw new GuildStatsError("STORE_FAILED", "the store is away (test)");
    if (line.sums === "hangs") await hang();
    return await store.sums(...request);
  };
  const days = async (...request: Parameters<Store["days"]>): ReturnType<Store["days"]> => {
    line.askedDays++;
    if (line.days === false) throw new GuildStatsError("STORE_FAILED", "the store is away (test)");
    const answer = await store.days(...request);
    // What comes while the answer is under way is not in it.
    if (line.days === "hangs") await hang();
    return answer;
  };
  const forget = (...request: Parameters<Store["forget"]>): ReturnType<Store["forget"]> => {
    if (!line.erasures) return Promise.reject(new GuildStatsError("STORE_FULL", "no space left (test)"));
    return store.forget(...request);
  };
  const changePosts = async <T>(change: () => Promise<T>): Promise<T> => {
    line.triedPosts++;
    if (line.posts === false) throw new GuildStatsError("STORE_FULL", "no space left (test)");
    const answer = await change();
    if (line.posts === "unanswered") throw new GuildStatsError("STORE_FAILED", "the answer was lost (test)");
    return answer;
  };
  const choosing = async <T>(change: () => Promise<T>): Promise<T> => {
    if (line.choices === false) throw new GuildStatsError("STORE_FAILED", "the store is away (test)");
    if (line.choices === "hangs") await hang();
    return await change();
  };
  const saveSettings = (...request: Parameters<Store["saveSettings"]>): Promise<void> =>
    choosing(() => store.saveSettings(...request));
  const removeOptOut = (...request: Parameters<Store["removeOptOut"]>): Promise<void> =>
    choosing(() => store.removeOptOut(...request));
  const addPost = (...request: Parameters<Store["addPost"]>): Promise<boolean> =>
    changePosts(() => store.addPost(...request));
  const savePost = (...request: Parameters<Store["savePost"]>): Promise<void> =>
    changePosts(() => store.savePost(...request));
  const removePost = (...request: Parameters<Store["removePost"]>): Promise<void> =>
    changePosts(() => store.removePost(...request));
  const apply = async (batch: Batch): Promise<Applied> => {
    const fault = faults.shift();
    if (fault === "refused") throw new GuildStatsError("STORE_FULL", "no space left (test)");
    writes.push(batch);
    if (fault === "hangs") await hang();
    const answer = await store.apply(batch);
    if (fault === "unanswered") throw new GuildStatsError("STORE_FAILED", "the answer was lost (test)");
    return answer;
  };
  // Like any store it finishes what runs before it closes.
  const close = async (): Promise<void> => {
    if (hanging.length > 0) await hang();
    await store.close();
  };
  const letGo = (): void => {
    for (const resolve of hanging.splice(0)) resolve();
  };
  const proxied = new Proxy(store, {
    get(target, name) {
      if (name === "apply") return apply;
      if (name === "load") return load;
      if (name === "sums") return sums;
      if (name === "days") return days;
      if (name === "forget") return forget;
      if (name === "saveSettings") return saveSettings;
      if (name === "removeOptOut") return removeOptOut;
      if (name === "addPost") return addPost;
      if (name === "savePost") return savePost;
      if (name === "removePost") return removePost;
      if (name === "close") return close;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return { store: proxied, faults, writes, line, letGo };
}
