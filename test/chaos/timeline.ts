import type { Listener } from "./listener.ts";
import type { During } from "./voice-book.ts";

/** All processes round to whole milliseconds. */
const ROUNDING_MS = 2;

interface Entry<State> {
  /** `null`: it is over. */
  readonly state: State | null;
  readonly heard: During;
  /** When it was known at the latest. */
  readonly knownMs: number;
}

/** As a process heard it: from one instant on something was so, until another was heard. */
export interface Stretch<State> {
  readonly listener: Listener;
  readonly state: State;
  readonly since: During;
  /** `null`: it is still so. */
  readonly until: During | null;
}

/** What processes heard of one thing in a guild. A state is told apart by `===`. */
export class Timeline<State extends string | number> {
  readonly #guildId: string;
  readonly #entries = new Map<Listener, Entry<State>[]>();

  constructor(guildId: string) {
    this.#guildId = guildId;
  }

  /** @param ended when what was so before ceased to be seen, if not only now */
  hear(listener: Listener, state: State | null, heard: During, ended: During | null = null): void {
    const entries = this.#entries.get(listener) ?? [];
    const last = entries.at(-1);
    const knownMs = heard.untilMs;
    if (last && last.state === state && (ended === null || state === null)) return;
    if (ended !== null && last && last.state !== null) entries.push({ state: null, heard: ended, knownMs });
    if (entries.at(-1)?.state !== state) entries.push({ state, heard, knownMs });
    this.#entries.set(listener, entries);
  }

  *stretches(): Generator<Stretch<State>, void, void> {
    for (const [listener, entries] of this.#entries)
      for (const [at, { state, heard }] of entries.entries())
        if (state !== null) yield { listener, state, since: heard, until: entries[at + 1]?.heard ?? null };
  }

  /** When each process first knew, at an instant or later, that something else was so. */
  *others(state: State, sinceMs: number): Generator<readonly [Listener, knownMs: number], void, void> {
    for (const [listener, entries] of this.#entries) {
      const other = entries.find((entry) => entry.knownMs >= sinceMs && entry.state !== state);
      if (other) yield [listener, other.knownMs];
    }
  }

  /** How long a stretch surely was, of which all is stored: one span for each time in which its process counted the guild. */
  *stored({
    listener,
    since,
    until,
  }: Stretch<State>): Generator<readonly [fromMs: number, toMs: number], void, void> {
    for (const tenure of listener.tenuresOf(this.#guildId)) {
      const endMs = Math.min(until?.fromMs ?? Number.POSITIVE_INFINITY, tenure.storedMs);
      const fromMs = Math.max(since.untilMs, tenure.takenMs) + ROUNDING_MS;
      const toMs = listener.heardMs(this.#guildId, endMs) - ROUNDING_MS;
      if (toMs > fromMs) yield [fromMs, toMs];
    }
  }
}
