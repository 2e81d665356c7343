import { counted, ok, problem, remark } from "../../finding.ts";
import type { Check } from "./finding.ts";

interface Difference {
  readonly guild: number;
  readonly messages: number;
  readonly duration_ms: number;
}

// One statement reads one moment, also beside a running bot; SQLite sorts it in files of its own, not in memory.
const DIFFERENCES = `
  SELECT guild, sum(messages) AS messages, sum(duration_ms) AS duration_ms FROM (
    SELECT guild, place, member, state, messages, duration_ms FROM lifetime
    UNION ALL SELECT guild, place, member, state, -messages, -duration_ms FROM hourly
    UNION ALL SELECT guild, place, member, state, -messages, -duration_ms FROM daily
  )
  GROUP BY guild, place, member, state
  HAVING sum(messages) <> 0 OR sum(duration_ms) <> 0`;

/** Rows on one side, and how far apart they are. */
class Side {
  rows = 0;
  messages = 0;
  durationMs = 0;
  readonly #guilds = new Set<number>();

  add({ guild, messages, duration_ms }: Difference): void {
    this.rows++;
    this.messages += Math.abs(messages);
    this.durationMs += Math.abs(duration_ms);
    this.#guilds.add(guild);
  }

  toString(): string {
    const where = `in ${counted(this.#guilds.size, "server")}`;
    const by = `${counted(this.messages, "message")} and ${counted(this.durationMs, "millisecond")}`;
    return `${counted(this.rows, "row")} ${where}, by ${by}`;
  }
}

/**
 * Each total is at least the sum of its hours and days. It may be more: days expire, and an import may bring totals
 * of a time of which no hours are known. Less it is never.
 */
export const totals: Check = {
  name: "totals",
  run(database) {
    const [less, more] = [new Side(), new Side()];
    for (const row of database.prepare<[], Difference>(DIFFERENCES).iterate()) {
      if (row.messages < 0 || row.duration_ms < 0) less.add(row);
      else more.add(row);
    }
    if (less.rows > 0) {
      return problem(
        `totals below the sum of their hours and days: ${less}`,
        "GuildStats writes both or none, so something else changed the file: put back a backup, or report it; counting goes on all the same",
      );
    }
    if (more.rows > 0) {
      return remark(
        `totals above the sum of their hours and days: ${more}; so it is after days expired, or after an import`,
      );
    }
    return ok("each total equals the sum of its hours and days");
  },
};
