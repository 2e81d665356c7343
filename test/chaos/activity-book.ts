import { type During, ROUNDING_MS } from "./during.ts";
import type { Listener } from "./listener.ts";
import type { SharedCounts } from "./stored-counts.ts";
import { type Stretch, Timeline } from "./timeline.ts";

/** Discord's own start of an activity, Unix milliseconds; "unsaid" where it tells none. */
type Start = number | "unsaid";
/** An activity's id, and its start. */
export type Doing = readonly (readonly [activityId: string, startMs: number | null])[];

/**
 * Who did what, and the least and most of it that may be stored.
 *
 * The least is what processes saw while they counted the guild, and wrote, if it lasted for the minimum in one of them. Where
 * Discord told the start it is more: all from the first of it to the last, whoever died or was cut off in between.
 * The most is what processes saw, if they can have written it, and not the time between that none of them saw. Where Discord told
 * the start, it is from there, and that time as well.
 */
export class ActivityBook {
  /** "guild member" → activity → what was heard of it. */
  readonly #members = new Map<string, Map<string, Timeline<Start>>>();
  readonly #minimumMs: number;
  /** From then on a start that Discord told may be older than what may be counted. */
  #rulesChangeMs = Number.POSITIVE_INFINITY;

  /** @param minimumMs what is shorter is not counted */
  constructor(minimumMs: number) {
    this.#minimumMs = minimumMs;
  }

  /** All that a member does from now on. */
  heard(listener: Listener, who: string, doing: Doing, during: During, missed: During | null = null): void {
    const member = this.#members.get(who) ?? new Map<string, Timeline<Start>>();
    this.#members.set(who, member);
    const starts = new Map(doing.map(([activityId, startMs]) => [activityId, startMs ?? "unsaid"] as const));
    for (const activityId of new Set([...member.keys(), ...starts.keys()])) {
      const timeline = member.get(activityId) ?? new Timeline<Start>(who.split(" ")[0] ?? "");
      const start = starts.get(activityId) ?? null;
      // What has a start and is found again went on; whatever else was lost sight of ended then.
      const ended = typeof start === "number" ? null : missed;
      member.set(activityId, timeline);
      timeline.hear(listener, start, during, ended);
    }
  }

  /** The whole list of a guild: who is not in it does nothing. */
  found(
    listener: Listener,
    guildId: string,
    active: readonly (readonly [who: string, doing: Doing])[],
    during: During,
  ): void {
    const found = new Map(active);
    const missed = listener.deafSince(guildId, during.untilMs);
    for (const who of new Set([...this.#members.keys(), ...found.keys()]))
      if (who.startsWith(`${guildId} `)) this.heard(listener, who, found.get(who) ?? [], during, missed);
  }

  /** Somebody asks to be erased: the time before that is not sure to be believed any more. */
  rulesChange(): void {
    this.#rulesChangeMs = Math.min(this.#rulesChangeMs, Date.now());
  }

  /** Nothing of the user must be left. */
  erase(userId: string): void {
    for (const who of this.#members.keys()) if (who.endsWith(` ${userId}`)) this.#members.delete(who);
  }

  /** The least that is stored, "guild member activity" → milliseconds. */
  least(): Map<string, number> {
    return new Map(this.#named((timeline) => this.#leastOf(timeline)));
  }

  errors(
    { activityMs, cutAtMs }: Pick<SharedCounts, "activityMs" | "cutAtMs">,
    least: ReadonlyMap<string, number>,
    leaving: ReadonlySet<string>,
  ): string[] {
    const most = new Map(this.#named((timeline) => mostOf(timeline, cutAtMs)));
    const all = new Set([...activityMs.keys(), ...most.keys()]);
    return [...all].flatMap((name) => {
      if (leaving.has(name.split(" ")[1] ?? "")) return [];
      const [stored, atLeast, atMost] = [
        activityMs.get(name) ?? 0,
        least.get(name) ?? 0,
        most.get(name) ?? 0,
      ];
      return stored > atMost || stored < atLeast
        ? [`activity ${name}: ${stored} ms stored, not ${atLeast} to ${atMost}`]
        : [];
    });
  }

  *#named(sum: (timeline: Timeline<Start>) => number): Generator<[string, number], void, void> {
    for (const [who, member] of this.#members)
      for (const [activityId, timeline] of member) yield [`${who} ${activityId}`, sum(timeline)];
  }

  #leastOf(timeline: Timeline<Start>): number {
    let sum = 0;
    const groups = byStart(timeline);
    const first = Math.min(...[...groups.keys()].map((start) => (start === "unsaid" ? 0 : start)));
    const firstMs = Math.min(...[...groups.values()].map(seenSinceMs));
    for (const [start, stretches] of groups) {
      const spans = stretches.flatMap((stretch) => [...timeline.stored(stretch)]);
      if (start === "unsaid")
        for (const [fromMs, toMs] of spans) sum += toMs - fromMs >= this.#minimumMs ? toMs - fromMs : 0;
      else if (spans.length > 0) {
        const seenMs = Math.min(...spans.map(([fromMs]) => fromMs));
        // A start is not believed where something else counted, or was refused.
        const isBelieved =
          start === first && seenSinceMs(stretches) === firstMs && seenMs < this.#rulesChangeMs;
        const beganMs = isBelieved ? start + ROUNDING_MS : seenMs;
        const lastedMs = Math.max(...spans.map(([, toMs]) => toMs)) - beganMs;
        sum += lastedMs >= this.#minimumMs ? lastedMs : 0;
      }
    }
    return sum;
  }
}

function seenSinceMs(stretches: readonly Stretch<Start>[]): number {
  return Math.min(...stretches.map(({ since }) => since.fromMs));
}

function byStart(timeline: Timeline<Start>): Map<Start, Stretch<Start>[]> {
  const groups = new Map<Start, Stretch<Start>[]>();
  for (const stretch of timeline.stretches())
    groups.set(stretch.state, [...(groups.get(stretch.state) ?? []), stretch]);
  return groups;
}

/** Nothing of it counts twice, however many saw it. */
function mostOf(timeline: Timeline<Start>, cutAtMs: number): number {
  const spans: (readonly [fromMs: number, toMs: number])[] = [];
  for (const [start, stretches] of byStart(timeline)) {
    const seen = stretches.map((stretch) => {
      const { listener, since, until } = stretch;
      // Of a process that ended nothing is stored beyond its last cut.
      const lastMs = listener.goneMs === null ? cutAtMs : listener.sendingMs;
      const others = stretches.flatMap((other) => (other === stretch ? [] : (other.until?.untilMs ?? [])));
      const endMs = until ? listener.acted(timeline.guildId, until.untilMs, others).earliest : lastMs;
      return [since.fromMs - ROUNDING_MS, Math.min(endMs, cutAtMs) + ROUNDING_MS] as const;
    });
    if (start === "unsaid") spans.push(...seen);
    else spans.push([start - ROUNDING_MS, Math.max(...seen.map(([, toMs]) => toMs))]);
  }
  let sum = 0;
  let endMs = Number.NEGATIVE_INFINITY;
  for (const [fromMs, toMs] of spans.sort(([one], [other]) => one - other)) {
    sum += Math.max(0, toMs - Math.max(fromMs, endMs));
    endMs = Math.max(endMs, toMs);
  }
  return sum;
}
