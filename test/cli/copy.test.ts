import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { sqlite } from "../../src/store/sqlite/index.ts";
import { batchOf, readGuild } from "../store/batches.ts";
import { SERVER_URL, serverDatabase } from "../support/postgres-server.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const GUILD = "9007199254740993";
const MAIN = join(import.meta.dirname, "../../src/cli/main.ts");
/** Has Node look for the package pg where no packages are, as where it was not installed. */
const FROM_THE_ROOT = `export const resolve = (name, context, next) =>
  next(name, name === "pg" ? { ...context, parentURL: "file:///" } : context)`;
const WITHOUT_PG = script(
  `import { register } from "node:module"; register(${JSON.stringify(script(FROM_THE_ROOT))})`,
);

function script(text: string): string {
  return `data:text/javascript,${encodeURIComponent(text)}`;
}

/** Runs the command line as npx does, without a token. */
function guildstats(args: readonly string[], imports: readonly string[] = []) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...["tsx", ...imports].flatMap((name) => ["--import", name]), MAIN, ...args],
    { encoding: "utf8", env: { ...process.env, DISCORD_TOKEN: "", GUILDSTATS_DB: "" } },
  );
  return { code: status, out: stdout, err: stderr };
}

async function filled(file: string): Promise<void> {
  const store = sqlite(file);
  await store.open();
  const row = { guild: GUILD, hour: 490_000, place: "2", member: "3" };
  await store.apply(
    batchOf("w", 1, [
      { ...row, messages: 1_234 },
      { ...row, hour: 490_001, durationMs: 5_000 },
    ]),
  );
  await store.close();
}

describe("guildstats copy FROM TO", () => {
  test("moves a file into another, tells how far it is, and prints what both add up to", async () => {
    using folder = temporaryFolder();
    const [from, into] = [folder.file("from.db"), folder.file("into.db")];
    await filled(from);
    const { code, out, err } = guildstats(["copy", `sqlite:${from}`, into]);
    expect({ code, told: /rows, 100 %, [\d,]+ rows\/s\n/.test(err) }).toEqual({ code: 0, told: true });
    expect(out).toMatch(/^hourly +2 +1,234 +5,000$/m);
    expect(out).toMatch(/^guild +1$/m);
    expect(out).toContain(`${into} holds what ${from} does, in 1 server`);
    const store = sqlite(into);
    await store.open();
    expect((await readGuild(store, GUILD)).lifetime).toEqual({ "2 3 0": [1_234, 5_000] });
    await store.close();
    expect(guildstats(["copy", from, into])).toMatchObject({
      code: 1,
      err: expect.stringContaining("COPY_REFUSED"),
    });
    expect(guildstats(["copy", from, join(folder.path, ".", "from.db")])).toMatchObject({
      code: 1,
      err: expect.stringContaining("the same file"),
    });
  });

  test.each([
    [["copy"]],
    [["copy", "a.db"]],
    [["copy", "a.db", "b.db", "c.db"]],
    [["copy", "a.db", ""]],
    [["copy", "a.db", "mysql://bot:hunter2@host/db"]],
    [["copy", "a.db", "postgres://bot:hunter2@host:none/db"]],
    [["copy", "a.db", "postgres://bot:hunter2@host/db?schema=A-B"]],
    [["copy", "a.db", "b.db", "--db", "c.db"]],
  ])("%j is answered with 2, and no password is told", (args) => {
    const { code, out, err } = guildstats(args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).not.toContain("hunter2");
    expect(existsSync("b.db")).toBe(false);
  });

  test("a source that is missing, and a server that is not there, are told by their codes, without the password", async () => {
    using folder = temporaryFolder();
    const [from, into] = [folder.file("from.db"), folder.file("into.db")];
    const server = "postgres://bot:hunter2@127.0.0.1:1/stats";
    expect(guildstats(["copy", from, into])).toMatchObject({
      code: 1,
      err: expect.stringContaining("no such file"),
    });
    expect(existsSync(into)).toBe(false);
    await filled(from);
    for (const args of [
      ["copy", from, server],
      ["copy", server, into],
      ["import-red", "--status", "--db", server],
    ]) {
      const { code, err } = guildstats(args);
      expect({ code, isTold: err.includes("STORE_UNREACHABLE") }).toEqual({ code: 1, isTold: true });
      expect(err).not.toContain("hunter2");
    }
    expect(guildstats(["doctor", server])).toMatchObject({
      code: 2,
      out: expect.stringContaining("STORE_UNREACHABLE"),
    });
  });

  test("without the package pg it says what to install", async () => {
    using folder = temporaryFolder();
    await filled(folder.file("from.db"));
    const server = "postgres://bot@127.0.0.1:1/stats";
    expect(guildstats(["copy", folder.file("from.db"), server], [WITHOUT_PG])).toMatchObject({
      code: 1,
      err: expect.stringContaining("STORE_DRIVER_MISSING: PostgreSQL needs the package pg: npm install pg"),
    });
  });

  test.skipIf(SERVER_URL === "")(
    "moves a file to a server and back; doctor, import-red and health take it too",
    async () => {
      using folder = temporaryFolder();
      await using database = await serverDatabase();
      const [from, back] = [folder.file("from.db"), folder.file("back.db")];
      await filled(from);
      const there = guildstats(["copy", from, database.url]);
      expect(there).toMatchObject({ code: 0, out: expect.stringMatching(/^hourly +2 +1,234 +5,000$/m) });
      expect(guildstats(["copy", `${database.url}?schema=guildstats`, back])).toMatchObject({ code: 0 });
      const sound = guildstats(["doctor", database.url]);
      expect(sound).toMatchObject({ code: 0, out: expect.stringContaining("is sound") });
      expect(guildstats(["import-red", "--status", "--db", database.url])).toMatchObject({
        code: 0,
        out: expect.stringContaining("nothing was imported"),
      });
      expect(guildstats(["health", "--db", database.url])).toMatchObject({
        code: 1,
        out: "no bot has told of itself yet\n",
      });
      const { password } = new URL(database.url);
      expect(JSON.stringify([there, sound])).not.toContain(password);
      await database.run("UPDATE guildstats.lifetime SET messages = 1");
      expect(guildstats(["doctor", database.url])).toMatchObject({
        code: 1,
        out: expect.stringMatching(/problem +totals +totals below the sum of their hours and days: 1 row/),
      });
    },
  );
});
