import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { sqlite } from "../../src/store/sqlite/index.ts";
import { COG, RedCog } from "../red/red-cog.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const NOW = Math.floor(Date.now() / 1_000);
const GUILD = "1029384756102938475";
const CHAT = "1129384756102938475";
const ANA = "987654321098765433";
const SHY = "987654321098765441";

/** Runs the command line as npx does, in a folder that the test owns. */
function importRed(...args: readonly string[]): { code: number | null; out: string; err: string } {
  const main = join(import.meta.dirname, "../../src/cli/main.ts");
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--import", "tsx", main, "import-red", ...args],
    { encoding: "utf8", env: { ...process.env, DISCORD_TOKEN: "", GUILDSTATS_DB: "" } },
  );
  return { code: status, out: stdout, err: stderr };
}

function aCog(): RedCog {
  const cog = new RedCog();
  for (let index = 0; index < 5; index++) cog.message(CHAT, ANA, NOW - index * 60);
  cog.activity(GUILD, ANA, "Chess", 1_200);
  cog.file.GLOBAL.ignored_users.push(BigInt(SHY));
  cog.file.GUILD[GUILD] = { enabled: false, ignored_channels: [BigInt(CHAT)] };
  return cog;
}

/** All rows of all tables that an import writes. */
function stored(file: string): unknown {
  const database = new Database(file, { readonly: true });
  const rows = ["guild", "ignored", "opt_out", "red_member", "red_lifetime", "red_hourly", "red_opt_out"].map(
    (table) => database.prepare(`SELECT * FROM ${table}`).all(),
  );
  database.close();
  return rows;
}

describe("guildstats import-red SETTINGS", () => {
  test("only tells what it would do, and makes no database", () => {
    using folder = temporaryFolder();
    const [settings, db] = [folder.file("settings.json"), folder.file("stats.db")];
    writeFileSync(settings, aCog().text());
    const told = importRed(settings, "--db", db);
    expect(told).toMatchObject({ code: 0, err: "" });
    expect(told.out).toMatch(/channels +1\n/);
    expect(told.out).toMatch(/messages +5 +5 of them also by hour/);
    expect(told.out).toMatch(/Nothing was changed/);
    expect(existsSync(db)).toBe(false);
  });

  test("with --yes it stages counts, and takes over settings and opt-outs; twice is the same as once", async () => {
    using folder = temporaryFolder();
    const [settings, db] = [folder.file("settings.json"), folder.file("stats.db")];
    writeFileSync(settings, aCog().text());
    expect(importRed(settings, "--db", db, "--yes")).toMatchObject({
      code: 0,
      out: expect.stringMatching(/channels +1 new\n.*activities +1 new/),
      err: "",
    });
    const once = stored(db);
    const store = sqlite(db);
    await store.open();
    expect((await store.settings()).get(GUILD)).toMatchObject({
      enabled: false,
      ignored: { channels: [CHAT], categories: [] },
    });
    expect((await store.optOuts()).ignored).toHaveLength(1);
    expect(await store.redUsers({ kind: "channel", id: CHAT })).toEqual([ANA]);
    await store.close();
    expect(importRed(settings, "--db", db, "--yes").out).toMatch(/settings +of 0 servers\n.*0 ignored/);
    expect(stored(db)).toEqual(once);
    const status = importRed("--status", "--db", db);
    expect(status).toMatchObject({ code: 0, err: "" });
    expect(status.out).toMatch(new RegExp(`unresolved 2.*\\n  channel ${CHAT}`));
  });

  test("contradictions and what is not read are told with their paths", () => {
    using folder = temporaryFolder();
    const settings = folder.file("settings.json");
    const cog = aCog();
    Object.assign(cog.file.TEXTCHANNEL[CHAT] ?? {}, { total_messages: 6, mood: "good" });
    writeFileSync(settings, cog.text());
    const { out } = importRed(settings, "--db", folder.file("stats.db"));
    expect(out).toContain(`${COG}.TEXTCHANNEL.${CHAT}.total_messages is 6, but humans and bots add up to 5`);
    expect(out).toContain(`${COG}.TEXTCHANNEL.${CHAT}.mood`);
  });

  test("a broken file names the broken path, and leaves the database as it is, byte for byte", async () => {
    using folder = temporaryFolder();
    const [settings, db] = [folder.file("settings.json"), folder.file("stats.db")];
    const store = sqlite(db);
    await store.open();
    await store.addOptOut("0".repeat(64), "self");
    await store.close();
    const before = readFileSync(db);
    const text = aCog().text();
    writeFileSync(settings, text.replace(/"messages": ?{"(\d+)": ?\[\d+/, `"messages":{"$1":[-7`));
    const path = `${COG}.TEXTCHANNEL.${CHAT}.messages.${ANA}.0`;
    expect(importRed(settings, "--db", db, "--yes")).toMatchObject({
      code: 2,
      err: expect.stringContaining(`${path}: must not be negative, got -7`),
    });
    writeFileSync(settings, text.slice(0, -3));
    expect(importRed(settings, "--db", db, "--yes")).toMatchObject({
      code: 2,
      err: expect.stringContaining("not JSON"),
    });
    expect(importRed(folder.file("missing.json"), "--db", db, "--yes").code).toBe(2);
    expect(readFileSync(db)).toEqual(before);
  });

  test("while a bot holds the database it says to stop the bot, with exit code 1", async () => {
    using folder = temporaryFolder();
    const [settings, db] = [folder.file("settings.json"), folder.file("stats.db")];
    writeFileSync(settings, aCog().text());
    const store = sqlite(db);
    await store.open();
    expect(importRed(settings, "--db", db, "--yes")).toMatchObject({
      code: 1,
      err: expect.stringMatching(/STORE_LOCKED.*Stop the bot/),
    });
    await store.close();
  });

  test.each([[[]], [["a", "b"]], [["a", "--status"]], [["--status", "--yes"]], [["a", "--force"]]])(
    "%j is answered with what can be asked, and exit code 2",
    (args) => {
      expect(importRed(...args)).toMatchObject({
        code: 2,
        err: expect.stringContaining("import-red SETTINGS"),
      });
    },
  );
});
