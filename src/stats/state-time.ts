import { VOICE_STATES, type VoiceStateName } from "../voice-state.ts";
import type { VoiceStates } from "./views.ts";

/** As many as the bits of all states can make. */
const COMBINATIONS = 2 * Math.max(...Object.values(VOICE_STATES));

/** Time in voice by the bits of its states, which combine: a second can be both muted and alone. */
export class StateTime {
  readonly #byBits = new Float64Array(COMBINATIONS);

  add(bits: number, durationMs: number): void {
    this.#byBits[bits] = (this.#byBits[bits] ?? 0) + durationMs;
  }

  /** @param counts whether time under these bits is in other views' sums */
  summary(counts: (bits: number) => boolean): VoiceStates {
    // Of a thousand combinations a few occur.
    const spent: { readonly ms: number; readonly bits: number }[] = [];
    for (let bits = 0; bits < COMBINATIONS; bits++) {
      const ms = this.#byBits[bits] ?? 0;
      if (ms > 0) spent.push({ ms, bits });
    }
    const sum = (matches: (bits: number) => boolean): number =>
      spent.reduce((total, { ms, bits }) => (matches(bits) ? total + ms : total), 0);
    const inState = (name: VoiceStateName): number => sum((bits) => (bits & VOICE_STATES[name]) !== 0);
    return {
      allMs: sum(() => true),
      countedMs: sum(counts),
      statesMs: {
        alone: inState("alone"),
        afk: inState("afk"),
        selfMuted: inState("selfMuted"),
        serverMuted: inState("serverMuted"),
        selfDeafened: inState("selfDeafened"),
        serverDeafened: inState("serverDeafened"),
        streaming: inState("streaming"),
        camera: inState("camera"),
        stageAudience: inState("stageAudience"),
        stageSpeaker: inState("stageSpeaker"),
      },
    };
  }
}
