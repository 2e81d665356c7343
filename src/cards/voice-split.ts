import type { VoiceStates } from "../stats/views.ts";
import { VOICE_STATE_NAMES, type VoiceStateName } from "../voice-state.ts";
import type { Panel } from "./card.ts";
import type { Words } from "./words.ts";

const MAX_ROWS = 5;

/** A part of the time in voice; `share` in [0, 1] is of all of it, counted or not. */
export interface VoicePart {
  readonly state: VoiceStateName | "counted";
  readonly durationMs: number;
  readonly share: number;
}

/** What is told of time in voice: what counted, then the four states of most time; none that never happened. */
export function voiceParts({ allMs, countedMs, statesMs }: VoiceStates): readonly VoicePart[] {
  const states = VOICE_STATE_NAMES.map((state) => ({ state, durationMs: statesMs[state] }));
  // Equal times stay in the states' own order.
  states.sort((one, other) => other.durationMs - one.durationMs);
  return [{ state: "counted", durationMs: countedMs } as const, ...states]
    .filter(({ durationMs }) => durationMs > 0)
    .slice(0, MAX_ROWS)
    .map((part) => ({ ...part, share: allMs > 0 ? Math.min(part.durationMs / allMs, 1) : 1 }));
}

/** How voice time was spent, where there was any in the period. */
export function voiceSplit(states: VoiceStates, words: Words): Panel {
  const { say } = words;
  const title = say("panel.voiceStates");
  const rows = voiceParts(states).map(({ state, durationMs, share }) => ({
    label: say(`voiceState.${state}`),
    value: words.duration(durationMs),
    share,
  }));
  return rows.length === 0
    ? { kind: "note", title, text: say("emptyInPeriod.voice") }
    : { kind: "split", title, rows };
}
