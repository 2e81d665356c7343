import { ok, problem } from "../../finding.ts";
import { type Check, countedRows, listed, RESTORE } from "./finding.ts";

function orphansOf(table: string): string {
  const missing = (of: "place" | "member"): string =>
    `NOT EXISTS (SELECT 1 FROM ${of} WHERE ${of}.key = r.${of} AND ${of}.guild = r.guild)`;
  return `SELECT count(*) FROM ${table} AS r
    WHERE NOT EXISTS (SELECT 1 FROM guild WHERE guild.key = r.guild) OR ${missing("place")} OR ${missing("member")}`;
}

/** Staged rows without their user. */
function strayIn(table: string): string {
  return `SELECT count(*) FROM ${table} AS r WHERE NOT EXISTS (SELECT 1 FROM red_member WHERE key = r.member)`;
}

/** Every counter row belongs to a server, a place and a member that are there, and to each other. */
export const orphans: Check = {
  name: "orphans",
  run(database) {
    const found = countedRows(database, {
      hourly: orphansOf("hourly"),
      daily: orphansOf("daily"),
      lifetime: orphansOf("lifetime"),
      voice_session: `SELECT count(*) FROM voice_session AS s WHERE NOT EXISTS (
        SELECT 1 FROM member JOIN place ON place.guild = member.guild
        WHERE member.guild = s.guild AND member.key = s.member AND place.key = s.place)`,
      activity_session: `SELECT count(*) FROM activity_session AS s
        WHERE NOT EXISTS (SELECT 1 FROM member WHERE member.guild = s.guild AND member.key = s.member)`,
      red_lifetime: strayIn("red_lifetime"),
      red_hourly: strayIn("red_hourly"),
    });
    if (found.size === 0) return ok("every row has its server, place and member");
    return problem(`rows without their server, place or member: ${listed(found)}`, RESTORE);
  },
};
