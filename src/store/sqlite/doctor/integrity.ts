import type { Database } from "better-sqlite3";
import { asError } from "../../../errors.ts";
import { counted, ok, problem } from "../../finding.ts";
import { type Check, listed, RESTORE } from "./finding.ts";

/** Most that SQLite lists of what is wrong. */
const LISTED = 100;
const SHOWN = 3;

/** Every page of the file, every index, every constraint, as SQLite itself checks them. */
export const integrity: Check = {
  name: "integrity",
  run(database) {
    const found = listing(database);
    if (found.length === 1 && found[0] === "ok") {
      return ok(`${counted(Number(database.pragma("page_count", { simple: true })), "page")} in order`);
    }
    const more =
      found.length > SHOWN ? ` … (${found.length}${found.length === LISTED ? " or more" : ""})` : "";
    return problem(
      `the file is damaged: ${found.slice(0, SHOWN).join("; ").replaceAll("\n", " ")}${more}`,
      `${RESTORE}; without one, \`sqlite3 FILE .recover\` saves what can be read`,
    );
  },
};

/** What SQLite says, a line each; where damage keeps it from going on, the last line says that. */
function listing(database: Database): string[] {
  const lines: string[] = [];
  try {
    // Already this fails where the damage is in the schema.
    const check = database.prepare<[], string>(`PRAGMA integrity_check(${LISTED})`).pluck();
    for (const line of check.iterate()) lines.push(line);
  } catch (thrown) {
    lines.push(asError(thrown).message);
  }
  return lines;
}

/** Places, members, ignore lists and posts belong to a guild that is there. */
export const references: Check = {
  name: "references",
  run(database) {
    const tables = new Map<string, number>();
    for (const { table } of database.prepare<[], { table: string }>("PRAGMA foreign_key_check").iterate()) {
      tables.set(table, (tables.get(table) ?? 0) + 1);
    }
    if (tables.size === 0) return ok("places, members and lists belong to known servers");
    return problem(`rows of no known server: ${listed(tables)}`, RESTORE);
  },
};
