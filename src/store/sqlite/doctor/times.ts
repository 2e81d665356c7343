import { hourOf } from "../../../clock.ts";
import { counted, ok, problem, remark } from "../../finding.ts";
import type { Check } from "./finding.ts";

const DAY_MS = 86_400_000;

/** Nothing was counted in hours to come, which a clock that was wrong leaves behind. */
export const times: Check = {
  name: "times",
  run(database, nowMs) {
    // The next one is allowed: this host's clock and Discord's, or two time zones, need not agree.
    const rows = database.prepare<[number], number>("SELECT count(*) FROM hourly WHERE hour > ?").pluck();
    const joins = database
      .prepare<[number], number>("SELECT count(*) FROM population WHERE hour > ?")
      .pluck();
    const days = database.prepare<[number], number>("SELECT count(*) FROM daily WHERE day > ?").pluck();
    const ahead =
      (rows.get(hourOf(nowMs) + 1) ?? 0) +
      (joins.get(hourOf(nowMs) + 1) ?? 0) +
      (days.get(Math.floor(nowMs / DAY_MS) + 1) ?? 0);
    if (ahead === 0) return ok("no row is of an hour to come");
    return problem(
      `${counted(ahead, "row")} of hours to come: this computer's clock is wrong, or was`,
      "set the clock; totals are right, and periods will be once that time has passed",
    );
  },
};

/** How far each run of a bot came: what keeps a batch that is sent twice from counting twice. */
export const writers: Check = {
  name: "writers",
  run(database, nowMs) {
    const count = (where: string, ...parameters: number[]): number =>
      Number(
        database
          .prepare<number[]>(`SELECT count(*) FROM writer WHERE ${where}`)
          .pluck()
          .get(...parameters),
      );
    // In PostgreSQL, from which a file may be copied, a run is known before its first batch.
    const broken = count("sequence < 0 OR last_ms < 0");
    if (broken > 0) {
      return problem(
        `${counted(broken, "run")} of the bot without a sensible last batch number`,
        "restart the bot: each run numbers its batches anew, and old runs are dropped after 30 days",
      );
    }
    const ahead = count("last_ms > ?", nowMs + DAY_MS);
    if (ahead > 0)
      return remark(
        `${counted(ahead, "run")} of the bot with a last batch in the future: this computer's clock is wrong, or was`,
      );
    return ok(`${counted(count("true"), "run")} of the bot within the last weeks`);
  },
};
