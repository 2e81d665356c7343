import type { CellTable } from "../counting/cell-table.ts";
import { HOT_HOURS } from "../counting/hot-window.ts";
import { WINDOW_HOURS } from "../counting/rolling-sums.ts";
import { VOICE_STATES, type VoiceStateName } from "../voice-state.ts";
import type { Frame } from "./frame.ts";
import { periodIndex } from "./lists.ts";
import type { Period, VoiceStatesView } from "./views.ts";

/** Whose voice time is asked for: the guild's when both are `null`. Indices. */
export interface VoiceScope {
  readonly member: number | null;
  readonly place: number | null;
}

/** How time in voice was spent. States overlap: a second can be both muted and alone. */
export function voiceStatesView(frame: Frame, period: Period, scope: VoiceScope): VoiceStatesView {
  const { places, guildId } = frame.record;
  const byState = new Map<number, number>();
  const add = (cells: CellTable): void => {
    for (let row = 0; row < cells.length; row++) {
      const where = cells.placeAt(row);
      const who = cells.memberAt(row);
      if (scope.member !== null && scope.member !== who) continue;
      if (scope.place !== null && scope.place !== where) continue;
      if (places.isActivity(where) || !frame.includes(who)) continue;
      const bits = cells.stateAt(row);
      byState.set(bits, (byState.get(bits) ?? 0) + cells.durationMsAt(row));
    }
  };
  const hours = WINDOW_HOURS[periodIndex(period)];
  if (hours === undefined) add(frame.hot.lifetime);
  else {
    for (let hour = frame.hot.head; hour > frame.hot.head - Math.min(hours, HOT_HOURS); hour--) {
      const cells = frame.hot.cellsOf(hour);
      if (cells) add(cells);
    }
  }
  const sum = (matches: (bits: number) => boolean): number => {
    let total = 0;
    for (const [bits, ms] of byState) if (matches(bits)) total += ms;
    return total;
  };
  const inState = (name: VoiceStateName): number => sum((bits) => (bits & VOICE_STATES[name]) !== 0);
  return {
    kind: "voice-states",
    guildId,
    members: frame.filter,
    period,
    allMs: sum(() => true),
    countedMs: sum((bits) => frame.hot.counts(bits)),
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
