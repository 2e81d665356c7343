import { once } from "node:events";
import { type ClientEvents, Events, GatewayIntentBits, type Message, Partials } from "discord.js";
import { describe, expect, test } from "vitest";
import {
  type ConnectedClient,
  connect,
  connectedClient,
  INTENTS,
  makeClient,
  PRIVILEGED_INTENTS,
} from "../support/connected-client.ts";
import { LoopbackDiscord } from "./loopback-discord.ts";
import { makeUser } from "./members.ts";

const MEMBER_EVENTS: readonly (keyof ClientEvents)[] = [
  Events.GuildMemberAdd,
  Events.GuildMemberRemove,
  Events.GuildMemberUpdate,
  Events.GuildMemberAvailable,
  Events.VoiceStateUpdate,
];

function memberEvents({ client }: Pick<ConnectedClient, "client">): string[] {
  const seen: string[] = [];
  for (const event of MEMBER_EVENTS) client.on(event, () => seen.push(event));
  return seen;
}

describe("members", () => {
  test("joining, a change of roles and leaving arrive; who leaves hangs up before", async () => {
    await using at = await connectedClient(PRIVILEGED_INTENTS);
    const { discord, guild } = at;
    const seen = memberEvents(at);
    const role = discord.createRole(guild, { name: "Regulars" });
    const user = discord.join(guild, { username: "newcomer" });
    discord.changeMember(guild, user, { roles: [role.id] });
    discord.voice(guild, user, guild.channel("Lobby"));
    await discord.taken();
    const cached = at.client.guilds.cache.get(guild.id);
    expect(cached?.members.cache.get(user.id)?.roles.cache.has(role.id)).toBe(true);
    discord.leave(guild, user);
    await discord.taken();
    expect(seen).toEqual([
      ...["guildMemberAdd", "guildMemberUpdate", "voiceStateUpdate"],
      ...["voiceStateUpdate", "guildMemberRemove"],
    ]);
    expect(cached?.memberCount).toBe(guild.members.size);
  });

  test("none of that arrives without the members intent", async () => {
    await using at = await connectedClient([...INTENTS, GatewayIntentBits.GuildPresences]);
    const seen = memberEvents(at);
    const user = at.discord.join(at.guild);
    at.discord.changeMember(at.guild, at.guild.user(0), { nick: "x" });
    at.discord.leave(at.guild, user);
    await at.discord.taken();
    expect(seen).toEqual([]);
  });

  test("the client hides the leaving of a member that it has not cached, and their change is an arrival", async () => {
    await using at = await connectedClient([...INTENTS, GatewayIntentBits.GuildMembers]);
    const seen = memberEvents(at);
    at.discord.changeMember(at.guild, at.guild.user(0), { nick: "x" });
    at.discord.leave(at.guild, at.guild.user(1));
    await at.discord.taken();
    expect(seen).toEqual(["guildMemberAvailable"]);
    expect(at.client.guilds.cache.get(at.guild.id)?.memberCount).toBe(at.guild.members.size);
  });

  test("with partial members the client tells that leaving, too", async () => {
    await using discord = await LoopbackDiscord.start();
    const guild = discord.guild();
    const client = makeClient(discord, [...INTENTS, GatewayIntentBits.GuildMembers]);
    client.options.partials = [Partials.GuildMember];
    const ready = await connect(client, discord);
    const seen = memberEvents({ client: ready });
    discord.leave(guild, guild.user(1));
    await discord.taken();
    await client.destroy();
    expect(seen).toEqual(["guildMemberRemove"]);
  });

  test("GUILD_CREATE lists everyone with the presence intent, or who is not offline in a large guild", async () => {
    await using at = await connectedClient(PRIVILEGED_INTENTS, { members: 60 }, (discord, guild) =>
      discord.presence(guild, guild.user(7)),
    );
    const small = at.discord.guild({ members: 40 });
    await at.discord.taken();
    const cached = at.client.guilds.cache;
    expect([...(cached.get(at.guild.id)?.members.cache.keys() ?? [])]).toEqual([
      at.discord.me.id,
      at.guild.user(7).id,
    ]);
    expect(cached.get(small.id)?.members.cache.size).toBe(41);
    expect(cached.get(at.guild.id)?.memberCount).toBe(61);
  });

  test("roles are in GUILD_CREATE, and their permissions count in channels", async () => {
    const role = { name: "Admins", permissions: "8" };
    const hidden = {
      name: "hidden",
      permission_overwrites: [{ id: "1", type: 0 as const, allow: "0", deny: "1024" }],
    };
    await using at = await connectedClient(PRIVILEGED_INTENTS, {
      id: "1",
      roles: [role],
      channels: [hidden],
    });
    const [everyone, admins] = at.guild.roles;
    const [admin, other] = [at.guild.user(0), at.guild.user(1)];
    at.discord.changeMember(at.guild, admin, { roles: [admins?.id ?? ""] });
    await at.discord.taken();
    const cached = at.client.guilds.cache.get(at.guild.id);
    expect([...(cached?.roles.cache.keys() ?? [])].sort()).toEqual([everyone?.id, admins?.id].sort());
    for (const user of [admin, other]) {
      const channel = cached?.channels.cache.get(at.guild.channel("hidden").id);
      const bits = at.guild.permissions(user.id, at.guild.channel("hidden"));
      expect(channel?.permissionsFor(user.id)?.has("ViewChannel")).toBe((bits & 1024n) !== 0n);
    }
  });

  test("members that the client does not have are asked for by id, up to 100 at once", async () => {
    await using at = await connectedClient(INTENTS, { members: 2_500 });
    const cached = at.client.guilds.cache.get(at.guild.id);
    expect(cached?.members.cache.size).toBe(1);
    const chunk = once(at.client, Events.GuildMembersChunk);
    const user = [...at.guild.users.slice(0, 99).map(({ id }) => id), "123"];
    expect((await cached?.members.fetch({ user }))?.size).toBe(99);
    expect((await chunk)[2]).toMatchObject({ notFound: ["123"] });
    at.discord.assertClean();
  });

  test("more than 100 ids, or all members without the intent, are never answered, and remembered", async () => {
    await using at = await connectedClient(INTENTS, { members: 200 });
    const { client, discord, guild } = at;
    const shard = client.guilds.cache.get(guild.id)?.shard;
    const ids = guild.users.map(({ id }) => id);
    shard?.send({ op: 8, d: { guild_id: guild.id, user_ids: ids, limit: 0, nonce: "a" } });
    shard?.send({ op: 8, d: { guild_id: guild.id, query: "", limit: 0, nonce: "b" } });
    const chunk = once(client, Events.GuildMembersChunk);
    shard?.send({ op: 8, d: { guild_id: guild.id, user_ids: ids.slice(0, 1), nonce: "c" } });
    expect((await chunk)[2]).toMatchObject({ nonce: "c" });
    expect(() => discord.assertClean()).toThrow(/200 user_ids.*\n.*GuildMembers intent/);
  });

  test("all members come in chunks with the intent", async () => {
    await using at = await connectedClient(PRIVILEGED_INTENTS, { members: 2_500 });
    const all = await at.client.guilds.cache.get(at.guild.id)?.members.fetch();
    expect(all?.size).toBe(2_501);
  });
});

const CHANNEL_EVENTS: readonly (keyof ClientEvents)[] = [
  Events.ChannelCreate,
  Events.ChannelUpdate,
  Events.ChannelDelete,
  Events.ThreadCreate,
  Events.ThreadUpdate,
  Events.ThreadDelete,
];

describe("channels", () => {
  test("channels and threads of all kinds are made, changed and deleted", async () => {
    await using at = await connectedClient();
    const { discord, guild, client } = at;
    const seen: string[] = [];
    for (const event of CHANNEL_EVENTS) client.on(event, () => seen.push(event));
    const category = discord.createChannel(guild, { name: "Talk", type: 4 });
    const news = discord.createChannel(guild, { name: "news", type: 5, parent_id: category.id });
    const forum = discord.createChannel(guild, { name: "help", type: 15, parent_id: category.id });
    const stage = discord.createChannel(guild, { name: "Stage", type: 13, parent_id: category.id });
    const post = discord.createChannel(guild, { name: "a post", type: 11, parent_id: forum.id });
    const thread = discord.createChannel(guild, {
      name: "a thread",
      type: 11,
      parent_id: guild.channel("general").id,
    });
    discord.updateChannel(guild, news, { name: "announcements", parent_id: null });
    discord.updateChannel(guild, thread, { name: "renamed" });
    await discord.taken();
    const cached = client.channels.cache;
    expect([category, news, forum, stage, post, thread].map(({ id }) => cached.get(id)?.type)).toEqual([
      ...[4, 5, 15, 13, 11, 11],
    ]);
    expect(cached.get(news.id)).toMatchObject({ name: "announcements", parentId: null });
    expect(cached.get(post.id)).toMatchObject({ parentId: forum.id });
    expect(cached.get(forum.id)).toMatchObject({ parentId: category.id });
    discord.deleteChannel(guild, thread);
    discord.deleteChannel(guild, news);
    await discord.taken();
    expect(seen).toEqual([
      ...Array.from({ length: 4 }, () => "channelCreate"),
      ...["threadCreate", "threadCreate", "channelUpdate", "threadUpdate", "threadDelete", "channelDelete"],
    ]);
  });

  test("messages arrive from threads, posts, announcements, stages and the chat of voice channels", async () => {
    await using at = await connectedClient();
    const { discord, guild, client } = at;
    const seen: Message[] = [];
    client.on(Events.MessageCreate, (message) => seen.push(message));
    const forum = discord.createChannel(guild, { name: "help", type: 15 });
    const places = [
      discord.createChannel(guild, { name: "a thread", type: 11, parent_id: guild.channel("general").id }),
      discord.createChannel(guild, { name: "a post", type: 11, parent_id: forum.id }),
      discord.createChannel(guild, { name: "news", type: 5 }),
      discord.createChannel(guild, { name: "Stage", type: 13 }),
      guild.channel("Lobby"),
    ];
    for (const place of places) discord.message(guild, place, guild.user(0));
    await discord.taken();
    expect(seen.map(({ channelId }) => channelId)).toEqual(places.map(({ id }) => id));
    expect(seen[1]?.channel).toMatchObject({ parentId: forum.id });
  });

  test("GUILD_CREATE has active threads, not archived ones, and each channel's last message", async () => {
    let ids: string[] = [];
    await using at = await connectedClient(INTENTS, {}, (discord, guild) => {
      const forum = discord.createChannel(guild, { name: "help", type: 15 });
      const post = discord.createChannel(guild, { name: "post", type: 11, parent_id: forum.id });
      const old = { archived: true };
      discord.createChannel(guild, { name: "old", type: 11, parent_id: forum.id, thread_metadata: old });
      const [said] = discord.history(guild, guild.channel("general"), 1, () => ({ atMs: 1_700_000_000_000 }));
      ids = [said?.id ?? "", discord.message(guild, post, guild.user(0)).id];
    });
    const cached = at.client.channels.cache;
    expect(cached.get(at.guild.channel("general").id)).toMatchObject({ lastMessageId: ids[0] });
    expect(cached.get(at.guild.channel("post").id)).toMatchObject({ lastMessageId: ids[1] });
    // discord.js does not read it of a forum.
    expect(at.guild.lastMessageIds.get(at.guild.channel("help").id)).toBe(at.guild.channel("old").id);
    expect(cached.has(at.guild.channel("old").id)).toBe(false);
  });

  test("an archived thread, unknown to the client, comes back untold by a message, which is told", async () => {
    await using at = await connectedClient(INTENTS, {}, (discord, guild) => {
      const parent_id = guild.channel("general").id;
      discord.createChannel(guild, { name: "old", type: 11, parent_id, thread_metadata: { archived: true } });
    });
    const { discord, guild, client } = at;
    const seen: string[] = [];
    for (const event of CHANNEL_EVENTS) client.on(event, () => seen.push(event));
    client.on(Events.MessageCreate, ({ channel }) =>
      seen.push(`message in ${"name" in channel && channel.name}`),
    );
    discord.message(guild, guild.channel("old"), guild.user(0));
    await discord.taken();
    expect(seen).toEqual(["message in old"]);
    expect(client.channels.cache.get(guild.channel("old").id)).toMatchObject({ archived: false });
    discord.updateChannel(guild, guild.channel("old"), { thread_metadata: { archived: true } });
    await discord.taken();
    expect(seen).toEqual(["message in old", "threadUpdate"]);
  });

  test("a webhook, a bot and a bot's answer to a command are told apart", async () => {
    await using at = await connectedClient();
    const { discord, guild, client } = at;
    const seen: Message[] = [];
    client.on(Events.MessageCreate, (message) => seen.push(message));
    const hook = makeUser({ username: "Captain Hook", bot: true });
    const bot = makeUser({ bot: true });
    const general = guild.channel("general");
    discord.message(guild, general, hook, { webhook_id: hook.id });
    discord.message(guild, general, bot);
    discord.message(guild, general, bot, { webhook_id: bot.id, application_id: bot.id, type: 20 });
    await discord.taken();
    expect(
      seen.map(({ author, webhookId, applicationId }) => [author.bot, webhookId, applicationId]),
    ).toEqual([
      [true, hook.id, null],
      [true, null, null],
      [true, bot.id, bot.id],
    ]);
  });
});
