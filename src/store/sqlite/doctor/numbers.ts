import { ok, problem } from "../../finding.ts";
import { type Check, countedRows, listed, RESTORE } from "./finding.ts";

/** Rows in which one of these columns is no whole number from 0 to its bound. */
function wrongIn(table: string, bounds: Readonly<Record<string, number>>): string {
  const wrong = Object.entries(bounds).map(
    ([column, most]) => `typeof(${column}) <> 'integer' OR ${column} NOT BETWEEN 0 AND ${most}`,
  );
  return `SELECT count(*) FROM ${table} WHERE ${wrong.join(" OR ")}`;
}

// Beyond 2^53 - 1 a number is not read exactly.
const AMOUNTS = { messages: Number.MAX_SAFE_INTEGER, duration_ms: Number.MAX_SAFE_INTEGER };
const FIGURES = { state: 65_535, ...AMOUNTS };
const TIME = 2 ** 31 - 1;

/** All figures are whole, not negative, and small enough to be read exactly. */
export const numbers: Check = {
  name: "numbers",
  run(database) {
    const found = countedRows(database, {
      hourly: wrongIn("hourly", { slot: Number.MAX_SAFE_INTEGER, ...FIGURES }),
      daily: wrongIn("daily", { slot: Number.MAX_SAFE_INTEGER, ...FIGURES }),
      lifetime: wrongIn("lifetime", FIGURES),
      red_lifetime: wrongIn("red_lifetime", AMOUNTS),
      red_hourly: wrongIn("red_hourly", { hour: TIME, ...AMOUNTS }),
      post: wrongIn("post", { id: TIME, done_ms: Number.MAX_SAFE_INTEGER }),
      population: wrongIn("population", { hour: TIME, joins: TIME, leaves: TIME, members: TIME }),
    });
    if (found.size === 0) return ok("all figures are whole and not negative");
    return problem(`rows with a negative, broken or too large figure: ${listed(found)}`, RESTORE);
  },
};
