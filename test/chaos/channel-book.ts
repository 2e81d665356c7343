import type { Listener } from "./listener.ts";
import type { SharedCounts } from "./stored-counts.ts";
import { Timeline } from "./timeline.ts";
import type { During } from "./voice-book.ts";

/** All processes round to whole milliseconds. */
const ROUNDING_MS = 2;

/** "guild member", the id of the member's session in voice, and the channel. */
export type Seat = readonly [who: string, sessionId: string, channelId: string];

/** From entering a channel to leaving it. */
interface Stay {
  /** As a {@link Timeline} has it. */
  readonly seat: string;
  readonly enteredMs: number;
  leftMs: number | null;
}

interface InVoice {
  readonly stays: Stay[];
  readonly heard: Timeline<string>;
}

/**
 * In which channels members were, and the least and most of each that may be stored; {@link VoiceBook} knows of the sums.
 *
 * The least is what processes saw while they counted the guild, and wrote. What none of them saw is the channel's in which the
 * member was seen last. So the most is from entering it to when a process that wrote it heard of another one, or took
 * the guild knowing so.
 */
export class ChannelBook {
  readonly #members = new Map<string, InVoice>();

  // What happens in Discord.

  enter(who: string, nowMs: number, sessionId: string, channelId: string): void {
    const { stays } = this.#of(who);
    const seat = `${channelId} ${sessionId}`;
    const last = stays.at(-1);
    if (last?.seat === seat && last.leftMs === null) return;
    this.leave(who, nowMs);
    stays.push({ seat, enteredMs: nowMs, leftMs: null });
  }

  leave(who: string, nowMs: number): void {
    const last = this.#of(who).stays.at(-1);
    if (last) last.leftMs ??= nowMs;
  }

  // What processes hear.

  heard(listener: Listener, who: string, seat: Seat | null, during: During): void {
    this.#of(who).heard.hear(listener, seat && `${seat[2]} ${seat[1]}`, during);
  }

  /** The whole list of a guild. */
  found(listener: Listener, guildId: string, present: readonly Seat[], during: During): void {
    const seats = new Map(present.map((seat) => [seat[0], seat]));
    const missed = listener.deafSince(guildId, during.untilMs);
    for (const who of this.#members.keys()) {
      if (!who.startsWith(`${guildId} `)) continue;
      const seat = seats.get(who) ?? null;
      // Whoever is not found left at a time that nobody saw.
      this.#of(who).heard.hear(
        listener,
        seat && `${seat[2]} ${seat[1]}`,
        during,
        seat === null ? missed : null,
      );
    }
  }

  /** Nothing of the user must be left. */
  erase(userId: string): void {
    for (const who of this.#members.keys()) if (who.endsWith(` ${userId}`)) this.#members.delete(who);
  }

  /** The least that is stored, "guild member channel" → milliseconds. */
  least(): Map<string, number> {
    const least = new Map<string, number>();
    for (const [who, { heard }] of this.#members)
      for (const stretch of heard.stretches())
        for (const [fromMs, toMs] of heard.stored(stretch))
          add(least, nameOf(who, stretch.state), toMs - fromMs);
    return least;
  }

  errors(
    { channelMs, cutAtMs }: Pick<SharedCounts, "channelMs" | "cutAtMs">,
    least: ReadonlyMap<string, number>,
    leaving: ReadonlySet<string>,
  ): string[] {
    const most = new Map<string, number>();
    for (const [who, { stays, heard }] of this.#members)
      for (const stay of stays)
        add(most, nameOf(who, stay.seat), mostOf(stay, who, heard, cutAtMs) + ROUNDING_MS);
    const all = new Set([...channelMs.keys(), ...most.keys()]);
    return [...all].flatMap((name) => {
      if (leaving.has(name.split(" ")[1] ?? "")) return [];
      const [stored, atLeast, atMost] = [channelMs.get(name) ?? 0, least.get(name) ?? 0, most.get(name) ?? 0];
      return stored > atMost || stored < atLeast
        ? [`voice of ${name}: ${stored} ms stored, not ${atLeast} to ${atMost}`]
        : [];
    });
  }

  #of(who: string): InVoice {
    const member = this.#members.get(who) ?? { stays: [], heard: new Timeline(who.split(" ")[0] ?? "") };
    this.#members.set(who, member);
    return member;
  }
}

function mostOf(
  { seat, enteredMs, leftMs }: Stay,
  who: string,
  heard: Timeline<string>,
  cutAtMs: number,
): number {
  let untilMs = cutAtMs;
  if (leftMs !== null)
    for (const [listener, knownMs] of heard.others(seat, leftMs)) {
      // Whoever is about to end may not have listened any more.
      if (knownMs >= listener.stoppingMs) continue;
      for (const { takenMs, storedMs } of listener.tenuresOf(who.split(" ")[0] ?? "")) {
        const changedMs = Math.max(knownMs, takenMs);
        // It knew better, and has written all up to then.
        if (storedMs > changedMs) untilMs = Math.min(untilMs, changedMs);
      }
    }
  return Math.max(0, untilMs - enteredMs);
}

function nameOf(who: string, seat: string): string {
  return `${who} ${seat.split(" ")[0]}`;
}

function add(sums: Map<string, number>, name: string, ms: number): void {
  sums.set(name, (sums.get(name) ?? 0) + ms);
}
