import type { Frame } from "./frame.ts";
import { Pass } from "./pass.ts";
import { scopeOf } from "./scope.ts";
import type { Period, VoiceStatesView } from "./views.ts";

/** Whose voice time is asked for: the guild's when both are `null`. Indices. */
export interface VoiceScope {
  readonly member: number | null;
  readonly place: number | null;
}

/** How time in voice was spent. */
export function voiceStatesView(
  frame: Frame,
  period: Period,
  { member, place }: VoiceScope,
): VoiceStatesView {
  const scope = scopeOf(frame, {
    isMember: (other) => member === null || other === member,
    isPlace: (other) => place === null || other === place,
  });
  return {
    kind: "voice-states",
    guildId: frame.record.guildId,
    members: frame.filter,
    period,
    ...new Pass(frame, scope, "none", period).voiceStates(),
  };
}
