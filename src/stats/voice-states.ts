import type { Cells } from "../counting/cell-table.ts";
import { HOT_HOURS, type HotWindow } from "../counting/hot-window.ts";
import { WINDOW_HOURS } from "../counting/rolling-sums.ts";
import { isLong } from "../period.ts";
import { periodIndex } from "./by-period.ts";
import type { Frame } from "./frame.ts";
import { memberScope, roomFor, type Scope, scopeOf } from "./scope.ts";
import { StateTime } from "./state-time.ts";
import type { Period, VoiceStates, VoiceStatesView } from "./views.ts";

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
  const isPlace = (other: number): boolean => place === null || other === place;
  const scope = member === null ? scopeOf(frame, { isPlace }) : memberScope(frame, member, isPlace);
  return {
    kind: "voice-states",
    guildId: frame.record.guildId,
    members: frame.filter,
    period,
    ...voiceStatesOf(frame, scope, period),
  };
}

/** The states of a scope's time: few rows have any, and no others are looked at. */
export function voiceStatesOf(
  frame: Frame,
  { members, places, onlyMember }: Scope,
  period: Period,
): VoiceStates {
  const { hot } = frame;
  const states = new StateTime();
  for (const cells of cellsIn(hot, period)) {
    const rows = roomFor(cells.length);
    const found = cells.rowsWithTime(rows);
    for (let at = 0; at < found; at++) {
      const row = rows[at] ?? 0;
      const member = cells.memberAt(row);
      if (places[cells.placeAt(row)] !== 1) continue;
      if (onlyMember === null ? members[member] === 1 : member === onlyMember)
        states.add(cells.stateAt(row), cells.durationMsAt(row));
    }
  }
  return states.summary((bits) => hot.counts(bits));
}

/** All cells of a period, which must be a known one. */
function* cellsIn(hot: HotWindow, period: Period): Generator<Cells> {
  if (period === "lifetime") {
    yield hot.lifetime;
    return;
  }
  const index = periodIndex(period);
  const hours = WINDOW_HOURS[index] ?? HOT_HOURS;
  for (let age = 0; age < hours; age++) {
    const cells = hot.cellsOf(hot.head - age);
    if (cells !== undefined) yield cells;
  }
  if (!isLong(period) || hot.days === null) return;
  for (const day of hot.days.all()) if (day.period <= index) yield* day.cells.tables;
}
