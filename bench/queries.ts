import { deepStrictEqual } from "node:assert/strict";
import type { Snowflake } from "../src/snowflake.ts";
import { watched } from "./event-loop.ts";
import type { Bench, Figure } from "./figure.ts";
import { referenceFile } from "./files.ts";
import { growth, longPeriods } from "./larger-guilds.ts";
import { startPlugin } from "./plugin.ts";
import { CATEGORIES, GUILD, ROLES, referenceDirectory } from "./reference-guild.ts";
import { repeated, warm } from "./repeated.ts";
import { spreadOf } from "./rounds.ts";
import { ofCategory, ofChannel, ofMember, ofRole, SqlAnswers } from "./sql-answers.ts";

const LOADS = 5;
/** Members are asked about by rank, from the loudest to the nearly silent: their costs differ. */
const MEMBER_STEP = 37;

/** What numbers cost: from memory, and on a guild's first query, which loads it. */
export const queries: Bench = {
  name: "queries",
  title: "Queries",
  async run(): Promise<Figure[]> {
    const file = await referenceFile();
    await using plugin = await startPlugin(file);
    const { query } = plugin;
    const { guildId, members, textChannels } = GUILD;
    await query.server(guildId);
    const member = (index: number): string => members[(index * MEMBER_STEP) % members.length]?.id ?? "";
    const channel = (index: number): string => textChannels[index % textChannels.length] ?? "";
    const sql = sqlAnswers(await referenceFile());
    const { totals } = await query.server(guildId);
    const told = sql.answer().totals;
    deepStrictEqual([totals["7d"].messages, totals["30d"].voice], [told[2], told[5]]);
    const role = (index: number): string => ROLES[index % ROLES.length] ?? "";
    const category = (index: number): string => CATEGORIES[index % CATEGORIES.length] ?? "";
    const list = { metric: "messages", of: "members" } as const;
    const figures = [
      await warm("a server query, warm", await repeated(() => query.server(guildId)), () => sql.answer(), {
        kind: "at-most",
        value: 0.5,
      }),
      await warm(
        "a member query, warm",
        await repeated((index) => query.member(guildId, member(index))),
        (index) => sql.answer(ofMember(member(index))),
        { kind: "at-most", value: 1 },
      ),
      await warm(
        "a channel query, warm",
        await repeated((index) => query.channel(guildId, channel(index))),
        (index) => sql.answer(ofChannel(channel(index))),
      ),
      await warm("a top list, warm", await repeated(() => query.top(guildId, list))),
      await warm(
        "page 401 of a top list, warm",
        await repeated(() => query.top(guildId, { ...list, page: 400 })),
      ),
      await warm(
        "a top list of roles, warm",
        await repeated(() => query.top(guildId, { ...list, of: "roles" })),
      ),
      await warm("a role query, warm", await repeated((index) => query.role(guildId, role(index))), (index) =>
        sql.answer(ofRole(role(index))),
      ),
      await warm(
        "a category query, warm",
        await repeated((index) => query.category(guildId, category(index))),
        (index) => sql.answer(ofCategory(category(index))),
      ),
      await warm("a messages query, warm", await repeated(() => query.messages(guildId))),
      await warm("a voice query, warm", await repeated(() => query.voice(guildId)), () => sql.answer()),
      await warm("a rhythm query, warm", await repeated(() => query.rhythm(guildId, { metric: "messages" }))),
      await warm(
        "two members compared, warm",
        await repeated((index) =>
          query.compare(guildId, { of: "members", ids: [member(index), member(index + 1)] }),
        ),
        (index) => [member(index), member(index + 1)].map((id) => sql.answer({ ...ofMember(id), lists: [] })),
      ),
      await warm(
        "two channels compared, warm",
        await repeated((index) =>
          query.compare(guildId, { of: "channels", ids: [channel(index), channel(index + 1)] }),
        ),
        (index) =>
          [channel(index), channel(index + 1)].map((id) => sql.answer({ ...ofChannel(id), lists: [] })),
      ),
    ];
    sql.close();
    const loads = [];
    for (let load = 0; load < LOADS; load++) {
      await using fresh = await startPlugin(await referenceFile());
      globalThis.gc?.();
      loads.push(await watched(() => fresh.query.server(guildId)));
    }
    return [
      ...figures,
      {
        what: "a guild's first query, which loads it",
        value: spreadOf(loads.map(({ totalMs }) => totalMs)).median,
        unit: "ms",
        goal: { kind: "at-most", value: 150 },
      },
      {
        what: "longest block of the event loop meanwhile",
        value: spreadOf(loads.map(({ longestMs }) => longestMs)).median,
        unit: "ms",
        goal: { kind: "at-most", value: 10 },
        note: `rows are read and put into the window in slices; of it, processor time ${spreadOf(loads.map(({ longestCpuMs }) => longestCpuMs)).median.toFixed(1)} ms`,
      },
      ...(await growth()),
      ...(await longPeriods()),
    ];
  },
};

/** The baseline, which knows of roles and categories as the bot does. */
function sqlAnswers(file: string): SqlAnswers {
  const sql = new SqlAnswers(file, GUILD.guildId);
  const { rolesOf, categoryOf } = referenceDirectory();
  const groups = new Map<Snowflake, Snowflake[]>();
  const put = (group: Snowflake | null, item: Snowflake): void => {
    if (group === null) return;
    const items = groups.get(group) ?? [];
    groups.set(group, items);
    items.push(item);
  };
  for (const { id } of GUILD.members) for (const role of rolesOf(GUILD.guildId, id)) put(role, id);
  for (const id of [...GUILD.textChannels, ...GUILD.voiceChannels]) put(categoryOf(GUILD.guildId, id), id);
  sql.group(groups);
  return sql;
}
