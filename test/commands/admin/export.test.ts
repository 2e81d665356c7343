import { describe, expect, test } from "vitest";
import { HOUR_MS } from "../../../src/clock.ts";
import type { ExportRecord } from "../../../src/exports/guild-rows.ts";
import type { LoopbackInteraction } from "../../loopback/interaction.ts";
import type { User } from "../../loopback/payloads.ts";
import { snowflake } from "../../loopback/snowflake.ts";
import { csvCells } from "../../support/csv.ts";
import { livelyBot } from "../../support/lively-bot.ts";
import { type RunningBot, runBot } from "../../support/running-bot.ts";

const MANAGE_GUILD = "32";

async function adminBot(): Promise<RunningBot & { readonly admin: User }> {
  const bot = await livelyBot({
    roles: [
      { name: "painters", color: 0x3366cc },
      { name: "moderators", permissions: MANAGE_GUILD },
    ],
  });
  const { guild, discord } = bot;
  const admin = guild.user(0);
  const role = guild.roles.find(({ name }) => name === "moderators");
  discord.changeMember(guild, admin, { roles: [role?.id ?? ""] });
  await discord.taken();
  return { ...bot, admin };
}

const exported = (
  { discord, guild }: RunningBot,
  user: User,
  format?: string,
): Promise<LoopbackInteraction> =>
  discord
    .call({
      guild,
      user,
      command: "guildstats-admin",
      subcommand: "export",
      options: format === undefined ? {} : { format },
    })
    .settled();

function rowsOf(answer: LoopbackInteraction): readonly ExportRecord[] {
  const document: { readonly rows: readonly ExportRecord[] } = JSON.parse(String(answer.files[0]?.data));
  return document.rows;
}

describe("/guildstats-admin export", () => {
  test("gives all that is counted, with names, to the caller alone", async () => {
    await using bot = await adminBot();
    const answer = await exported(bot, bot.admin, "json");
    expect(answer.ephemeral).toBe(true);
    const rows = rowsOf(answer);
    expect(answer.content).toBe(`Here are all ${rows.length} rows of this server.`);
    const author = bot.guild.user(1);
    const lifetime = rows.filter(({ part }) => part === "lifetime");
    expect(lifetime.map(({ place_name, messages }) => [place_name, messages])).toEqual(
      expect.arrayContaining([
        ["general", 2],
        ["a post", 1],
      ]),
    );
    expect(rows.filter(({ part }) => part === "hourly").map(({ messages }) => messages)).toEqual(
      expect.arrayContaining([2, 1]),
    );
    for (const row of rows) expect(row.member_id).toBe(author.id);
    expect(new Set(rows.map(({ member_name }) => member_name))).not.toContain("");
    expect(bot.failures).toEqual([]);
    bot.discord.assertClean();
  });

  test("is CSV when nothing else is asked for", async () => {
    await using bot = await adminBot();
    const [file, readme, ...others] = (await exported(bot, bot.admin)).files;
    expect(others).toEqual([]);
    expect(readme?.name).toBe(`guildstats-${bot.guild.id}-readme.txt`);
    expect(String(readme?.data)).toContain("duration_ms");
    expect(file?.name).toBe(`guildstats-${bot.guild.id}.csv`);
    const [header, ...lines] = csvCells(String(file?.data).slice(1));
    const json = rowsOf(await exported(bot, bot.admin, "json"));
    expect(header).toEqual(Object.keys(json[0] ?? {}));
    // The game goes on between the two.
    const withoutTime = (cells: readonly string[]): readonly string[] => cells.slice(0, -1);
    expect(lines.map(withoutTime)).toEqual(
      json.map((record) => withoutTime(Object.values(record).map(String))),
    );
  });

  test("holds nobody who opted out", async () => {
    await using bot = await adminBot();
    const other = bot.guild.user(2);
    bot.discord.message(bot.guild, bot.guild.channel("general"), other);
    await bot.discord.taken();
    await bot.stats.privacy.optOut(bot.guild.user(1).id);
    const rows = rowsOf(await exported(bot, bot.admin, "json"));
    expect(new Set(rows.map(({ member_id }) => member_id))).toEqual(new Set([other.id]));
  });

  test("is refused to who does not manage the server", async () => {
    await using bot = await adminBot();
    const refused = await exported(bot, bot.guild.user(1));
    expect([refused.ephemeral, refused.files]).toEqual([true, []]);
    expect(refused.content).toMatch(/Manage Server/);
  });

  test("of a server of which many pages are stored has every row once", async () => {
    const nowMs = Date.now();
    const hours = 1_300;
    const roles = [{ name: "moderators", permissions: MANAGE_GUILD }];
    const born = snowflake(nowMs - 2 * hours * HOUR_MS);
    await using bot = await runBot({ roles, channels: [{ name: "general", id: born }] });
    const { discord, guild } = bot;
    const admin = guild.user(0);
    guild.changeMember(admin, { roles: [guild.roles.find(({ name }) => name === "moderators")?.id ?? ""] });
    discord.history(guild, guild.channel("general"), hours, (index) => ({
      atMs: nowMs - (hours - index) * HOUR_MS,
      author: guild.user(1),
    }));
    const { messages } = await bot.stats.backfill(guild.id);
    const rows = rowsOf(await exported(bot, admin, "json"));
    const hourly = rows.filter(({ part }) => part !== "lifetime");
    expect(messages).toBe(hours);
    expect(hourly.reduce((sum, row) => sum + row.messages, 0)).toBe(messages);
    const keys = hourly.map(({ time, place_id, member_id }) => `${time} ${place_id} ${member_id}`);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.length).toBe(hours);
  });
});
