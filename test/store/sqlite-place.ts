import Database from "better-sqlite3";
import { sqlite } from "../../src/store/sqlite/index.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import type { Place } from "./any-order.ts";

type DayRow = [name: string, messages: number, durationMs: number];

/** A SQLite file in a folder of its own. */
export async function sqlitePlace(): Promise<Place & { readonly file: string }> {
  const folder = temporaryFolder();
  return {
    file: folder.file("stats.db"),
    store: () => sqlite(folder.file("stats.db")),
    async days(guildId) {
      const database = new Database(folder.file("stats.db"), { readonly: true });
      const rows = database
        .prepare<[bigint], DayRow>(
          `SELECT concat_ws(' ', day, place.id, member.id, state), messages, duration_ms FROM daily
           JOIN guild ON guild.key = daily.guild
           JOIN place ON place.guild = daily.guild AND place.key = daily.place
           JOIN member ON member.guild = daily.guild AND member.key = daily.member WHERE guild.id = ?`,
        )
        .raw()
        .all(BigInt(guildId));
      database.close();
      return Object.fromEntries(rows.map(([name, messages, durationMs]) => [name, [messages, durationMs]]));
    },
    async [Symbol.asyncDispose]() {
      folder[Symbol.dispose]();
    },
  };
}
