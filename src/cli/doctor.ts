import { systemClock } from "../clock.ts";
import { GuildStatsError } from "../errors.ts";
import { examine } from "../store/sqlite/doctor/examine.ts";

/**
 * Checks a database file and prints a line for each check, and what to do where something is wrong.
 * @returns the exit code: 0 sound, 1 problems, 2 the file could not be opened
 */
export function doctor(file: string, print: (line: string) => void): 0 | 1 | 2 {
  let problems = 0;
  try {
    for (const { check, verdict, says, advice } of examine(file, systemClock.nowMs())) {
      if (verdict === "problem") problems++;
      print(`${verdict.padEnd(8)} ${check.padEnd(11)} ${says}`);
      if (advice !== null) print(`${" ".repeat(21)}→ ${advice}`);
    }
  } catch (thrown) {
    if (!(thrown instanceof GuildStatsError)) throw thrown;
    print(`${thrown.code}: ${thrown.message}`);
    return 2;
  }
  print(problems === 0 ? `${file} is sound` : `${file} has problems: ${problems}`);
  return problems === 0 ? 0 : 1;
}
