/** A limit on the requests whose "METHOD /path" matches: so many in so many seconds, for each path by itself. */
export interface RateLimit {
  readonly match: RegExp;
  readonly requests: number;
  readonly perSec: number;
}

/** Whether a request is within its limit, and the headers that tell the client where it stands. */
export interface Allowance {
  readonly isAllowed: boolean;
  readonly resetAfterSec: number;
  readonly headers: Readonly<Record<string, string>>;
}

interface Window {
  used: number;
  readonly endMs: number;
}

/** Buckets of requests, as Discord's `X-RateLimit-*` headers describe them. */
export class RateLimits {
  readonly limits: RateLimit[] = [];
  /** Requests that were refused. */
  refused = 0;
  readonly #windows = new Map<string, Window>();

  /** Counts a request in; `null` when nothing limits it. */
  take(name: string): Allowance | null {
    const limit = this.limits.find(({ match }) => match.test(name));
    if (!limit) return null;
    const nowMs = performance.now();
    let window = this.#windows.get(name);
    if (!window || window.endMs <= nowMs) {
      window = { used: 0, endMs: nowMs + limit.perSec * 1_000 };
      this.#windows.set(name, window);
    }
    const isAllowed = window.used < limit.requests;
    if (isAllowed) window.used++;
    else this.refused++;
    const resetAfterSec = Math.ceil(window.endMs - nowMs) / 1_000;
    const headers = {
      "x-ratelimit-limit": String(limit.requests),
      "x-ratelimit-remaining": String(limit.requests - window.used),
      "x-ratelimit-reset-after": String(resetAfterSec),
      "x-ratelimit-bucket": String(limit.match),
    };
    return { isAllowed, resetAfterSec, headers };
  }
}
