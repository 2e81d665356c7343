import type { Store } from "guildstats";

/** Told of a call that took long: its name, and milliseconds. */
type OnSlow = (method: string, ms: number) => void;

/**
 * A store around a store: does what the inner one does, and tells which calls took at least `slowMs`. A store that
 * mirrors, retries or encrypts is made in the same way; one that keeps counts elsewhere implements every method.
 */
export function tellingSlowCalls(store: Store, slowMs: number, onSlow: OnSlow): Store {
  return new Proxy(store, {
    get(inner, name) {
      const member: unknown = Reflect.get(inner, name);
      if (typeof member !== "function") return member;
      return (...given: unknown[]): unknown => {
        const beganMs = performance.now();
        const answer: unknown = Reflect.apply(member, inner, given);
        // `metrics` answers at once, and `userRecords` bit by bit: neither is one wait.
        if (!(answer instanceof Promise)) return answer;
        return answer.finally(() => {
          const ms = performance.now() - beganMs;
          if (ms >= slowMs) onSlow(String(name), ms);
        });
      };
    },
  });
}
