import { expect, test } from "vitest";
import { everyCall, everySubcommand } from "./every-call.ts";
import { HIDDEN_NAMES, hiddenGuild } from "./hidden-guild.ts";
import { answerOf } from "./transcript.ts";

/** What would take back what the others are asked about. */
const LAST = ["settings reset", "disable"];

test("who manages the server, and cannot see a channel, learns its name from no answer, suggestion or file", async () => {
  await using hidden = await hiddenGuild("many");
  const { discord, guild, stats } = hidden;
  const manager = guild.user(3);
  const secret = guild.channel("qsecret");
  const roleOf = (name: string) => guild.roles.find((role) => role.name === name)?.id ?? "";
  const call = (subcommand: string, options: object, focused?: string) => {
    const asked = { guild, user: manager, command: "guildstats-admin", subcommand, options: { ...options } };
    return discord.call(focused === undefined ? asked : { ...asked, focused });
  };
  // As long as they see it, they have it in every setting that can name a channel.
  discord.changeMember(guild, manager, { roles: [roleOf("managers"), roleOf("insiders")] });
  await discord.taken();
  const add = await call("schedule add", { every: "month", channel: secret, card: "server" }).settled();
  expect(add.content).toMatch(/^Done/);
  const hiddenIds = guild.channels.filter(({ name }) => HIDDEN_NAMES.includes(name)).map(({ id }) => id);
  const ignored = {
    channels: hiddenIds,
    categories: [guild.channel("qvault").id],
    roles: [],
    activities: [],
  };
  await stats.configure(guild.id, { ignored, commandChannels: [secret.id, guild.channel("general").id] });
  discord.changeMember(guild, manager, { roles: [roleOf("managers")] });
  await discord.taken();

  const told: string[] = [];
  const subcommands = everySubcommand()
    .filter(({ command }) => command === "guildstats-admin")
    .sort((a, b) => LAST.indexOf(a.subcommand) - LAST.indexOf(b.subcommand));
  for (const { subcommand, options } of subcommands)
    for (const { name } of options.filter(({ autocomplete }) => autocomplete))
      for (const typed of ["", "q"])
        told.push(await answerOf(call(subcommand, { [name]: typed }, name), null, new Map()));
  // Its id stands for it.
  expect(told.join()).toContain(secret.id);
  const given = {
    user: guild.user(4),
    channels: [guild.channel("general")],
    categories: [guild.channel("Talk")],
    roles: guild.roles.slice(1),
  };
  for (const each of subcommands)
    for (const options of everyCall(each, given))
      told.push(await answerOf(call(each.subcommand, options), null, new Map()));
  const files = told.filter((each) => each.includes("general"));
  expect(files.length).toBeGreaterThan(1);
  for (const name of HIDDEN_NAMES) expect(told.filter((each) => each.includes(name))).toEqual([]);
  expect(hidden.failures).toEqual([]);
  discord.assertClean();
});
