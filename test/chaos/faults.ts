import type { Kick } from "../loopback/gateway.ts";

/** What goes wrong, or is done on purpose. Slots are numbers of processes. */
export type Fault =
  /** A process is killed, and started again after a while. */
  | { readonly kind: "kill"; readonly slot: number; readonly awayMs: number }
  /** A process is asked to end, and started again after a while. */
  | { readonly kind: "stop"; readonly slot: number; readonly awayMs: number }
  /** A process stands still; meanwhile Discord keeps its lines, ends them, or forgets its sessions. */
  | {
      readonly kind: "pause";
      readonly slot: number;
      readonly forMs: number;
      readonly lines: "kept" | "cut" | "forgotten";
    }
  /** The database is stopped, or crashes, and starts again. */
  | { readonly kind: "database"; readonly how: "fast" | "immediate"; readonly forMs: number }
  /** The database ends all connections. */
  | { readonly kind: "connections" }
  /** A shard goes from one process to another: both are started anew, behind the end of those before or beside them. */
  | {
      readonly kind: "move";
      readonly from: number;
      readonly to: number;
      readonly how: "SIGKILL" | "SIGTERM";
      readonly isRolling: boolean;
    }
  /** Another process takes a slot over, beside the one before, which lives, or stands still and wakes up when all is taken. */
  | {
      readonly kind: "roll";
      readonly slot: number;
      readonly how: "SIGKILL" | "SIGTERM";
      readonly before: "lives" | "stands still";
      /** How long both are there. */
      readonly forMs: number;
    }
  /** Somebody asks a process, or if it cannot be asked another one, to be erased, or opts out. */
  | { readonly kind: "erase"; readonly slot: number; readonly how: "forget" | "opt out" }
  /** Discord ends all lines. */
  | { readonly kind: "lines"; readonly how: Kick };

const KINDS = ["kill", "stop", "pause", "database", "connections", "move", "roll", "erase", "lines"] as const;

/** How long things take at most, milliseconds. */
export interface Lengths {
  readonly awayMs: number;
  readonly pauseMs: number;
  readonly outageMs: number;
  readonly betweenMs: number;
}

/**
 * Faults without end, each with the time to wait before it. Every kind comes as often as the others: a short run has all
 * of them.
 * @param random numbers in [0, 1)
 */
export function* drawFaults(
  random: () => number,
  slots: number,
  { awayMs, pauseMs, outageMs, betweenMs }: Lengths,
): Generator<{ readonly fault: Fault; readonly afterMs: number }, never> {
  const below = (bound: number): number => Math.floor(random() * bound);
  const pick = <T>(from: readonly [T, ...T[]]): T => from[below(from.length)] ?? from[0];
  const draw = (kind: (typeof KINDS)[number]): Fault => {
    const slot = below(slots);
    switch (kind) {
      case "kill":
      case "stop":
        return { kind, slot, awayMs: below(awayMs) };
      case "pause":
        return { kind, slot, forMs: below(pauseMs), lines: pick(["kept", "cut", "forgotten"]) };
      case "database":
        return { kind, how: pick(["fast", "immediate"]), forMs: below(outageMs) };
      case "connections":
        return { kind };
      case "move":
        return {
          kind,
          from: slot,
          to: (slot + 1 + below(slots - 1)) % slots,
          how: pick(["SIGKILL", "SIGTERM"]),
          isRolling: pick([true, false]),
        };
      case "roll":
        return {
          kind,
          slot,
          how: pick(["SIGKILL", "SIGTERM"]),
          before: pick(["lives", "stands still"]),
          forMs: below(pauseMs),
        };
      case "erase":
        return { kind, slot, how: pick(["forget", "opt out"]) };
      case "lines":
        return { kind, how: pick<Kick>(["cut", "op 7", "op 9", 4000]) };
      default:
        return kind satisfies never;
    }
  };
  for (;;) {
    const deck = [...KINDS];
    while (deck.length > 0) {
      const [kind] = deck.splice(below(deck.length), 1);
      if (kind) yield { fault: draw(kind), afterMs: below(betweenMs) };
    }
  }
}
