import { HOUR_MS, hourOf } from "../../src/clock.ts";
import type { MembersFilter, Metric, Period } from "../../src/stats/views.ts";

export const MEMBERS = 7;
/** Places 0 to 2 are channels, place 3 is a thread of place 0. */
export const PLACES = 4;
export const THREAD = 3;
export const THREADS_CHANNEL = 0;

export const isBot = (member: number): boolean => member === 0;

/** Of days of UTC, in which the model's server lives. */
const DAY_HOURS = 24;

/** The first hour of a period, in the hour `head`. */
function firstHour(period: Period, head: number): number {
  const firstOfDays = (days: number): number => (Math.floor(head / DAY_HOURS) - days + 1) * DAY_HOURS;
  switch (period) {
    case "24h":
      return head - 24 + 1;
    case "7d":
      return head - 168 + 1;
    case "30d":
      return head - 720 + 1;
    case "90d":
      return firstOfDays(90);
    case "1y":
      return firstOfDays(365);
    case "lifetime":
      return Number.NEGATIVE_INFINITY;
    default:
      return period satisfies never;
  }
}

/** Whether what happened at `found` is part of `place`: a thread's is part of its channel. */
export function isIn(place: number, found: number): boolean {
  return found === place || (found === THREAD && place === THREADS_CHANNEL);
}

/** What an admin deletes. */
export type Purged =
  | "all"
  | { readonly place: number }
  | { readonly member: number }
  | { readonly metric: "messages" | "voice" };

/** A member in voice, as Discord has it. */
export interface Presence {
  readonly channel: number;
  readonly session: number;
  /** Bits of the voice state. */
  readonly state: number;
}

interface Fact {
  readonly hour: number;
  readonly member: number;
  readonly place: number;
  readonly state: number;
  readonly messages: number;
  readonly voice: number;
}

/** Everything that ever happened, in the plainest form, asked the slow way. */
export class Oracle {
  facts: Fact[] = [];
  uncounted = 0;
  readonly optedOut = new Set<number>();
  readonly #open = new Map<number, Presence & { readonly sinceMs: number }>();
  #unseenSinceMs: number | null = null;
  #headHour = 0;
  /** By member: what was written up to then was erased, and does not come late. */
  readonly #erasedUntilMs = new Map<number, number>();
  #newestMessageMs = 0;

  message(member: number, place: number, atMs: number): void {
    this.#newestMessageMs = Math.max(this.#newestMessageMs, atMs);
    if (this.optedOut.has(member) || atMs <= (this.#erasedUntilMs.get(member) ?? 0)) return;
    this.facts.push({ hour: hourOf(atMs), member, place, state: 0, messages: 1, voice: 0 });
  }

  /** The bot is told where a member is. */
  told(member: number, presence: Presence | null, nowMs: number): void {
    const open = this.#open.get(member);
    const wanted = this.optedOut.has(member) ? null : presence;
    if (open && wanted?.session === open.session) {
      // Seen at both ends of whatever lay between.
      if (open.channel !== wanted.channel || open.state !== wanted.state) this.#count(member, nowMs);
    } else {
      this.#count(member, Math.min(nowMs, this.#unseenSinceMs ?? nowMs));
      this.#open.delete(member);
    }
    if (wanted === null) return;
    const sinceMs = this.#open.get(member)?.sinceMs ?? nowMs;
    this.#open.set(member, { ...wanted, sinceMs });
  }

  /** The bot is told of everyone who is in voice. */
  toldAll(present: ReadonlyMap<number, Presence>, nowMs: number, longestGapMs: number): void {
    for (const [member, open] of [...this.#open]) {
      const found = present.get(member);
      const gapMs = this.#unseenSinceMs === null ? 0 : nowMs - open.sinceMs;
      if (found?.session !== open.session) {
        this.#count(member, Math.min(nowMs, this.#unseenSinceMs ?? nowMs));
        this.#open.delete(member);
      } else if (gapMs <= longestGapMs) this.#count(member, nowMs);
      else this.#open.set(member, { ...open, sinceMs: nowMs });
    }
    this.#unseenSinceMs = null;
    for (const [member, presence] of present) this.told(member, presence, nowMs);
  }

  lost(nowMs: number): void {
    if (this.#unseenSinceMs !== null) return;
    for (const member of [...this.#open.keys()]) this.#count(member, nowMs);
    this.#unseenSinceMs = nowMs;
  }

  regained(): void {
    this.#unseenSinceMs = null;
  }

  stepped(beforeMs: number, afterMs: number): void {
    this.settle(beforeMs);
    for (const [member, open] of this.#open)
      this.#open.set(member, { ...open, sinceMs: open.sinceMs + afterMs - beforeMs });
    if (this.#unseenSinceMs !== null) this.#unseenSinceMs += afterMs - beforeMs;
  }

  settle(nowMs: number): void {
    for (const member of [...this.#open.keys()])
      this.#count(member, Math.min(nowMs, this.#unseenSinceMs ?? nowMs));
  }

  forget(member: number, nowMs: number): void {
    this.#erasedUntilMs.set(member, Math.max(nowMs, this.#newestMessageMs));
    this.facts = this.facts.filter((fact) => fact.member !== member);
    this.#open.delete(member);
  }

  purge(what: Purged): void {
    this.facts = this.facts.map((fact) => {
      if (what !== "all" && "metric" in what) return { ...fact, [what.metric]: 0 };
      const goes =
        what === "all" ||
        ("member" in what && fact.member === what.member) ||
        ("place" in what && isIn(what.place, fact.place));
      return goes ? { ...fact, messages: 0, voice: 0 } : fact;
    });
  }

  merge(from: number, into: number): void {
    this.facts = this.facts.map((fact) => (fact.place === from ? { ...fact, place: into } : fact));
  }

  /** Somebody asked: from then on no earlier hour is the current one. */
  asked(nowMs: number): void {
    this.#headHour = Math.max(this.#headHour, hourOf(nowMs));
  }

  restarted(): void {
    this.#headHour = 0;
    this.#newestMessageMs = 0;
    this.#erasedUntilMs.clear();
  }

  sum(
    period: Period,
    metric: Metric,
    members: MembersFilter,
    matches: (fact: Pick<Fact, "member" | "place">) => boolean = () => true,
  ): number {
    let sum = 0;
    const fromHour = firstHour(period, this.#headHour);
    for (const fact of this.facts) {
      if (members !== "both" && isBot(fact.member) !== (members === "bots")) continue;
      if ((fact.state & this.uncounted) !== 0 || !matches(fact)) continue;
      const isInWindow = period === "lifetime" || (fact.hour >= fromHour && fact.hour <= this.#headHour);
      if (isInWindow) sum += fact[metric];
    }
    return sum;
  }

  #count(member: number, untilMs: number): void {
    const open = this.#open.get(member);
    if (open === undefined) return;
    let fromMs = open.sinceMs;
    while (fromMs < untilMs) {
      const endMs = Math.min(untilMs, (hourOf(fromMs) + 1) * HOUR_MS);
      const { channel: place, state } = open;
      this.facts.push({ hour: hourOf(fromMs), member, place, state, messages: 0, voice: endMs - fromMs });
      fromMs = endMs;
    }
    this.#open.set(member, { ...open, sinceMs: Math.max(open.sinceMs, untilMs) });
  }
}
