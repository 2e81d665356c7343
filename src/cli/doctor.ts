import { systemClock } from "../clock.ts";
import { GuildStatsError } from "../errors.ts";
import { examineAt, type StoreAddress } from "../store/address.ts";

/**
 * Checks a database and prints a line for each check, and what to do where something is wrong.
 * @returns the exit code: 0 sound, 1 problems, 2 it could not be opened
 */
export async function doctor(database: StoreAddress, print: (line: string) => void): Promise<0 | 1 | 2> {
  let problems = 0;
  try {
    for await (const { check, verdict, says, advice } of examineAt(database, systemClock.nowMs())) {
      if (verdict === "problem") problems++;
      print(`${verdict.padEnd(8)} ${check.padEnd(11)} ${says}`);
      if (advice !== null) print(`${" ".repeat(21)}→ ${advice}`);
    }
  } catch (thrown) {
    if (!(thrown instanceof GuildStatsError)) throw thrown;
    print(`${thrown.code}: ${thrown.message}`);
    return 2;
  }
  print(problems === 0 ? `${database.shown} is sound` : `${database.shown} has problems: ${problems}`);
  return problems === 0 ? 0 : 1;
}
