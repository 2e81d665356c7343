import type { StoredCounts } from "../crash/stored-counts.ts";
import { type During, ROUNDING_MS } from "./during.ts";
import type { Listener } from "./listener.ts";

/** From entering voice to leaving it, whatever is done in between: one of Discord's sessions. */
interface Sitting {
  readonly sessionId: string;
  readonly enteredMs: number;
  leftMs: number | null;
  /** Since when a process knew of it, at the latest. */
  readonly knownMs: Map<Listener, number>;
  /** When a process took that it ended; `seenMs`: up to when it was seen, if less than its end was. */
  readonly ends: Map<Listener, { readonly untilMs: number; readonly seenMs: number }>;
  /** From then on it is counted: the process that wrote it first knew of it. */
  storedFromMs: number | null;
  /** Who wrote it last. */
  keeper: Listener | null;
  /** Up to when it is counted, once its end is written; `null`: it is not. */
  countedToMs: number | null;
}

/**
 * Who was in voice, and the least and most of it that may be stored.
 *
 * Voice cannot be read back, and no event of it says when it happened. So the most is from when Discord said that a
 * member came to when the last process that knew heard of the leaving. The least is the same for who stays, from when the
 * process heard of it that wrote it first: the store then knows the session, and whatever dies, time goes on where it
 * is found again. Two things may cost more, and nothing else:
 * - A process dies that alone knew of a session: it begins when another one finds it.
 * - Someone leaves while nobody listens, or who heard it does not live to write it: what was written last is the end.
 */
export class VoiceBook {
  readonly #sittings = new Map<string, Sitting[]>();

  // What happens in Discord.

  enter(who: string, nowMs: number, sessionId: string): void {
    const sittings = this.#of(who);
    if (sittings.at(-1)?.sessionId === sessionId) return;
    sittings.push({
      sessionId,
      enteredMs: nowMs,
      leftMs: null,
      knownMs: new Map(),
      ends: new Map(),
      storedFromMs: null,
      keeper: null,
      countedToMs: null,
    });
  }

  leave(who: string, nowMs: number): void {
    const last = this.#of(who).at(-1);
    if (last) last.leftMs ??= nowMs;
  }

  // What processes hear.

  heard(listener: Listener, who: string, sessionId: string | null, { untilMs }: During): void {
    for (const sitting of this.#of(who)) {
      if (sitting.sessionId === sessionId) {
        if (!sitting.knownMs.has(listener)) sitting.knownMs.set(listener, untilMs);
      } else if (sitting.knownMs.has(listener) && !sitting.ends.has(listener)) {
        const heardMs = listener.heardMs(guildOf(who), untilMs);
        sitting.ends.set(listener, { untilMs, seenMs: Math.min(sitting.leftMs ?? heardMs, heardMs) });
      }
    }
  }

  /** The whole list of a guild: who is not in it has left unseen. */
  found(listener: Listener, guildId: string, present: ReadonlyMap<string, string>, during: During): void {
    for (const [who, sittings] of this.#sittings) {
      if (guildOf(who) !== guildId) continue;
      const sessionId = present.get(who) ?? null;
      this.heard(listener, who, sessionId, during);
      // What a process before this one wrote is its end.
      for (const sitting of sittings)
        if (sitting.sessionId !== sessionId && sitting.keeper && !sitting.ends.has(listener))
          sitting.ends.set(listener, { untilMs: 0, seenMs: seenMs(sitting, guildId) });
    }
    listener.regained(guildId, during.untilMs);
  }

  // What processes write.

  applied(
    listener: Listener,
    settledMs: ReadonlyMap<string, number>,
    opened: readonly (readonly [who: string, sessionId: string])[],
    closed: readonly string[],
  ): void {
    const now = new Map<string, string | null>(opened);
    for (const who of closed) now.set(who, null);
    for (const [who, sessionId] of now) {
      const untilMs = settledMs.get(guildOf(who)) ?? 0;
      for (const sitting of this.#of(who)) {
        const end = sitting.ends.get(listener);
        if (sitting.sessionId === sessionId) {
          sitting.storedFromMs ??= beganMs(sitting, listener, who);
          sitting.keeper = listener;
        } else if (end && end.untilMs + ROUNDING_MS <= untilMs && sitting.countedToMs === null) {
          sitting.storedFromMs ??= beganMs(sitting, listener, who);
          sitting.countedToMs = end.seenMs;
        }
      }
    }
  }

  /** Nothing of the user must be left. */
  erase(userId: string): void {
    for (const who of this.#sittings.keys()) if (who.endsWith(` ${userId}`)) this.#sittings.delete(who);
  }

  /** The least that is stored of each, "guild member" → milliseconds, once everyone has written everything. */
  least(): Map<string, number> {
    return new Map(
      Array.from(this.#sittings, ([who, sittings]): [string, number] => [
        who,
        sittings.reduce((sum, sitting) => sum + leastOf(sitting, guildOf(who)), 0),
      ]),
    );
  }

  errors(
    { voiceMs, cutAtMs }: Pick<StoredCounts, "voiceMs" | "cutAtMs">,
    least: ReadonlyMap<string, number>,
    leaving: ReadonlySet<string>,
  ): string[] {
    const all = new Set([...voiceMs.keys(), ...this.#sittings.keys()]);
    return [...all].flatMap((who) => {
      if (leaving.has(who.split(" ")[1] ?? "")) return [];
      const stored = voiceMs.get(who) ?? 0;
      const sittings = this.#sittings.get(who) ?? [];
      const most = sittings.reduce(
        (sum, sitting) => sum + mostOf(sitting, guildOf(who), cutAtMs) + ROUNDING_MS,
        0,
      );
      const atLeast = least.get(who) ?? 0;
      return stored > most || stored < atLeast
        ? [
            `voice of ${who}: ${stored} ms stored, not ${atLeast} to ${most}`,
            ...sittings.map((sitting) => told(sitting, cutAtMs)),
          ]
        : [];
    });
  }

  #of(who: string): Sitting[] {
    const sittings = this.#sittings.get(who) ?? [];
    this.#sittings.set(who, sittings);
    return sittings;
  }
}

/** From when a process counted it that knew of it; `null`: it did not. */
function beganMs({ knownMs }: Sitting, listener: Listener, who: string): number | null {
  const ownMs = knownMs.get(listener) ?? null;
  const others = [...knownMs].flatMap(([other, ms]) => (other === listener ? [] : ms));
  return ownMs && listener.acted(guildOf(who), ownMs, others).latest;
}

function mostOf({ enteredMs, leftMs, knownMs, ends }: Sitting, guildId: string, cutAtMs: number): number {
  let untilMs = leftMs ?? cutAtMs;
  if (leftMs !== null)
    for (const listener of knownMs.keys()) {
      const others = [...ends].flatMap(([other, end]) => (other === listener ? [] : end.untilMs));
      const endMs = ends.get(listener)?.untilMs;
      untilMs = Math.max(
        untilMs,
        endMs === undefined ? (listener.goneMs ?? cutAtMs) : listener.acted(guildId, endMs, others).earliest,
      );
    }
  return Math.max(0, Math.min(untilMs, cutAtMs) - enteredMs);
}

function leastOf(sitting: Sitting, guildId: string): number {
  const { storedFromMs, countedToMs } = sitting;
  if (storedFromMs === null) return 0;
  return Math.max(0, (countedToMs ?? seenMs(sitting, guildId)) - storedFromMs - ROUNDING_MS);
}

/** Up to when it was surely written that the member is there. */
function seenMs({ keeper, leftMs, ends }: Sitting, guildId: string): number {
  if (keeper === null) return 0;
  // For who stays, what a process did not see is counted when the member is found again.
  if (leftMs === null) return keeper.flushedMs;
  // The end may be written already: it heard of it in the same moment in which it wrote.
  const endMs = ends.get(keeper)?.seenMs ?? leftMs;
  // What it wrote after it was asked to hand the guild over has nothing of it.
  const storedMs = Math.min(keeper.flushedMs, keeper.tenuresOf(guildId).at(-1)?.storedMs ?? keeper.flushedMs);
  return Math.min(endMs, keeper.heardMs(guildId, storedMs));
}

/** What is known of a sitting, in milliseconds before the last cut. */
function told(
  { enteredMs, leftMs, storedFromMs, countedToMs, knownMs, ends }: Sitting,
  cutAtMs: number,
): string {
  const ago = (ms: number | null): number | null => (ms === null ? null : cutAtMs - ms);
  return JSON.stringify({
    entered: ago(enteredMs),
    left: ago(leftMs),
    storedFrom: ago(storedFromMs),
    countedTo: ago(countedToMs),
    heard: Array.from(knownMs, ([listener, ms]) => [
      ago(ms),
      ago(ends.get(listener)?.seenMs ?? null),
      ago(listener.goneMs),
    ]),
  });
}

function guildOf(who: string): string {
  return who.split(" ")[0] ?? "";
}
