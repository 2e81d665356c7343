import type { CellTable } from "../counting/cell-table.ts";
import { HOT_HOURS } from "../counting/hot-window.ts";
import { LIFETIME, WINDOW_HOURS } from "../counting/rolling-sums.ts";
import { Counterparts } from "./counterparts.ts";
import { DAYS } from "./days.ts";
import type { Frame } from "./frame.ts";
import { periodIndex } from "./lists.ts";
import { RhythmSums } from "./rhythm-sums.ts";
import type { Scope } from "./scope.ts";
import { StateTime } from "./state-time.ts";
import type { DailySeries, Period, Rhythm, VoiceStates } from "./views.ts";

/** What a pass sums up beside days and hours: by the members of the scope, by its channels, or by neither. */
export type By = "member" | "channel" | "none";

/**
 * All that a scope's cells tell, in one pass over the window and one over all time, for that is what a view costs: a
 * window has 100,000 rows.
 */
export class Pass {
  readonly #frame: Frame;
  readonly #scope: Scope;
  readonly #by: By;
  readonly #counterparts: Counterparts;
  readonly #states = new StateTime();
  readonly #rhythm: RhythmSums;
  readonly #messages = new Array<number>(DAYS).fill(0);
  readonly #voiceMs = new Array<number>(DAYS).fill(0);
  /** Sums of the cells that {@link #add} saw last. */
  #added = { messages: 0, voiceMs: 0 };

  /** @param period the one of the voice states */
  constructor(frame: Frame, scope: Scope, by: By, period: Period) {
    const { members, places } = frame.record;
    this.#frame = frame;
    this.#scope = scope;
    this.#by = by;
    this.#counterparts = new Counterparts(
      by === "member" ? members.size : by === "channel" ? places.size : 0,
    );
    this.#rhythm = new RhythmSums(frame.days, frame.record.sinceMs);
    // Who was never counted has no rows.
    if (!scope.members.includes(1) || !scope.places.includes(1)) return;
    this.#readHours(WINDOW_HOURS[periodIndex(period)] ?? 0);
    this.#add(frame.hot.lifetime, LIFETIME, period === "lifetime");
    this.#counterparts.widen();
  }

  daily(): DailySeries {
    return this.#frame.series(this.#messages, this.#voiceMs);
  }

  rhythm(): Rhythm {
    return this.#rhythm.rhythm();
  }

  voiceStates(): VoiceStates {
    return this.#states.summary((bits) => this.#frame.hot.counts(bits));
  }

  /** By member or channel, as was asked. */
  get counterparts(): Counterparts {
    return this.#counterparts;
  }

  #readHours(stateHours: number): void {
    const { hot, days } = this.#frame;
    const { starts } = days;
    let period = 0;
    let day = DAYS - 1;
    for (let hour = hot.head; hour > hot.head - HOT_HOURS; hour--) {
      const cells = hot.cellsOf(hour);
      if (cells === undefined) continue;
      // The shortest window that holds the hour only ever grows, and days only ever go back.
      while (period < LIFETIME && hot.head - hour >= (WINDOW_HOURS[period] ?? 0)) period++;
      while (day > 0 && hour < (starts[day] ?? 0)) day--;
      // Beyond the longest window the table of all time has the sums.
      this.#add(cells, period === LIFETIME ? null : period, hot.head - hour < stateHours);
      const { messages, voiceMs } = this.#added;
      this.#rhythm.add(hour, messages, voiceMs);
      if (hour < (starts[day] ?? 0)) continue;
      this.#messages[day] = (this.#messages[day] ?? 0) + messages;
      this.#voiceMs[day] = (this.#voiceMs[day] ?? 0) + voiceMs;
    }
  }

  /** @param period the one whose counterparts are summed, by index; `null`: none */
  #add(cells: CellTable, period: number | null, ofStates: boolean): void {
    const { members, places, onlyMember } = this.#scope;
    const { hot, channels } = this.#frame;
    const [counterparts, states] = [this.#counterparts, this.#states];
    const byMember = this.#by === "member";
    const sums = this.#by !== "none" && period !== null;
    let [messages, voiceMs] = [0, 0];
    for (let row = 0; row < cells.length; row++) {
      const member = cells.memberAt(row);
      // What most rows fail on comes first.
      if (onlyMember === null ? members[member] !== 1 : member !== onlyMember) continue;
      const place = cells.placeAt(row);
      if (places[place] !== 1) continue;
      const state = cells.stateAt(row);
      const durationMs = cells.durationMsAt(row);
      if (ofStates && durationMs !== 0) states.add(state, durationMs);
      if (!hot.counts(state)) continue;
      const count = cells.messagesAt(row);
      messages += count;
      voiceMs += durationMs;
      if (sums) counterparts.add(byMember ? member : (channels[place] ?? 0), period, count, durationMs);
    }
    this.#added = { messages, voiceMs };
  }
}
