import { HOUR_MS } from "../clock.ts";
import { dayAt } from "../local-day.ts";
import type { PostTiming, ScheduledPost } from "../store/scheduled-post.ts";
import { lastDueMs, nextDueMs } from "./due.ts";

const MINUTE_MS = 60_000;
const BACKOFF_MS = [1, 5, 15, 60].map((minutes) => minutes * MINUTE_MS);

/** How long to wait after so many attempts (or writes) in a row that came to nothing, from 1. */
export function backoffMs(failures: number): number {
  return BACKOFF_MS[Math.min(failures, BACKOFF_MS.length) - 1] ?? 0;
}

/** What is known of a post beyond what is stored. */
export interface Attempts {
  /** The due instant for which attempts came to nothing so far; `null`: none. */
  readonly triedMs: number | null;
  /** In a row. */
  readonly failures: number;
  /** No attempt before this; Unix milliseconds. */
  readonly pausedUntilMs: number;
}

export const NO_ATTEMPTS: Attempts = Object.freeze({ triedMs: null, failures: 0, pausedUntilMs: 0 });

/** What is to be done now, and else when to look again, Unix milliseconds. */
export type Step =
  | { readonly kind: "attempt"; readonly dueMs: number }
  | { readonly kind: "wait"; readonly untilMs: number };

/**
 * Whether a post is to be made now.
 *
 * Of several due instants that passed the newest one counts. One that is half an interval late or more is let go, unless
 * an attempt was made in time: that is repeated, with growing waits, until the next instant is due. A message that is
 * kept up to date is never too late, for it shows the present; its waits grow over several instants.
 */
export function stepOf(post: ScheduledPost, attempts: Attempts, nowMs: number, timeZone: string): Step {
  const refreshes = post.timing.every === "refresh";
  const dueMs = openMs(post, nowMs, timeZone);
  const wasTried = dueMs !== null && dueMs === attempts.triedMs;
  if (dueMs === null || !(wasTried || nowMs - dueMs < patienceMs(post.timing)))
    return { kind: "wait", untilMs: followingMs(post, nowMs, timeZone) };
  const isAnew = !refreshes && attempts.triedMs !== null && !wasTried;
  // A wait that is longer than any was begun before the clock was set back.
  const waits = attempts.pausedUntilMs > nowMs && attempts.pausedUntilMs <= nowMs + backoffMs(Infinity);
  if (isAnew || !waits) return { kind: "attempt", dueMs };
  const nextMs = refreshes ? Number.POSITIVE_INFINITY : followingMs(post, nowMs, timeZone);
  return { kind: "wait", untilMs: Math.min(attempts.pausedUntilMs, nextMs) };
}

/** An attempt came to nothing. */
export function afterFailure(
  { timing }: Pick<ScheduledPost, "timing">,
  { triedMs, failures }: Attempts,
  dueMs: number,
  nowMs: number,
): Attempts {
  const inARow = timing.every === "refresh" || triedMs === dueMs ? failures + 1 : 1;
  return { triedMs: dueMs, failures: inARow, pausedUntilMs: nowMs + backoffMs(inARow) };
}

/** Up to where a post is done once an attempt for `dueMs`, begun at `nowMs`, succeeded. */
export function doneBy(post: ScheduledPost, dueMs: number, nowMs: number, timeZone: string): number {
  // The first message of one that is kept up to date shows what was due since it was asked for, too.
  const shownMs = post.timing.every === "refresh" ? lastDueMs(post, nowMs, timeZone) : dueMs;
  return Math.max(post.doneMs, dueMs, shownMs);
}

/** The `doneMs` of a post that is added: the first one is due at once if it is kept up to date, else after now. */
export function doneAtFirst(
  plan: Pick<ScheduledPost, "guildId" | "timing">,
  nowMs: number,
  timeZone: string,
): number {
  return plan.timing.every === "refresh" ? nowMs - 1 : lastDueMs(plan, nowMs, timeZone);
}

/** The `doneMs` of one that is kept up to date whose message is to be renewed now; a first message will be right anyway. */
export function doneBeforeRenewal(post: ScheduledPost, nowMs: number, timeZone: string): number {
  if (post.messageId === null) return post.doneMs;
  return Math.min(post.doneMs, lastDueMs(post, nowMs, timeZone) - 1);
}

/**
 * The `doneMs` of a post whose guild moved to another time zone. What would have been due there before now is let go: a
 * change of settings posts nothing. What was refused stays due. What failed is let go: its answer may have been lost, and
 * another attempt would be for another instant, and so make a second message.
 */
export function doneAfterMove(
  post: ScheduledPost,
  attempts: Attempts,
  nowMs: number,
  from: string,
  to: string,
): number {
  if (post.timing.every === "refresh") return post.doneMs;
  const dueMs = openMs(post, nowMs, from);
  const isOpen = dueMs !== null && (dueMs === attempts.triedMs || nowMs - dueMs < patienceMs(post.timing));
  if (isOpen && post.trouble !== "failed") return post.doneMs;
  return Math.max(post.doneMs, dueMs ?? 0, lastDueMs(post, nowMs, to));
}

/** The newest due instant that is not done, however late; `null`: none. */
function openMs(post: ScheduledPost, nowMs: number, timeZone: string): number | null {
  const firstMs = firstRefreshMs(post);
  if (firstMs !== null) return firstMs <= nowMs ? firstMs : null;
  const dueMs = lastDueMs(post, nowMs, timeZone);
  return follows(post, dueMs, timeZone) ? dueMs : null;
}

/** The first due instant that is not done and after now. */
function followingMs(post: ScheduledPost, nowMs: number, timeZone: string): number {
  const firstMs = firstRefreshMs(post);
  if (firstMs !== null && firstMs > nowMs) return firstMs;
  let dueMs = nextDueMs(post, Math.max(nowMs, post.doneMs), timeZone);
  while (!follows(post, dueMs, timeZone)) dueMs = nextDueMs(post, dueMs, timeZone);
  return dueMs;
}

/**
 * The instant for which the first message of one that is kept up to date is made; `null`: it is there, or none is kept.
 * It stays the same from attempt to attempt, and over restarts, so that two of them make one message.
 */
function firstRefreshMs({ timing, messageId, doneMs }: ScheduledPost): number | null {
  return timing.every === "refresh" && messageId === null ? doneMs + 1 : null;
}

/**
 * Whether a due instant comes after what is done. In a time zone that the guild moved to, the last one may have been at
 * another hour: then the next one is on a later local day and half an interval away at least.
 */
function follows(post: ScheduledPost, dueMs: number, timeZone: string): boolean {
  const { doneMs, timing } = post;
  if (dueMs <= doneMs) return false;
  if (timing.every === "refresh") return true;
  const isFar = dueMs - doneMs >= patienceMs(timing) && dayAt(timeZone, dueMs) > dayAt(timeZone, doneMs);
  return isFar || lastDueMs(post, doneMs, timeZone) === doneMs;
}

/** Half an interval. */
function patienceMs({ every }: PostTiming): number {
  switch (every) {
    case "day":
      return 12 * HOUR_MS;
    case "week":
      return 84 * HOUR_MS;
    case "month":
      return 14 * 24 * HOUR_MS;
    case "refresh":
      return Number.POSITIVE_INFINITY;
    default:
      return every satisfies never;
  }
}
