import {
  Client,
  Events,
  GatewayIntentBits,
  type Interaction,
  type InteractionReplyOptions,
  type Message,
  MessageFlags,
  SlashCommandBuilder,
} from "discord.js";
import { describe, expect, test } from "vitest";
import { connect, connectedClient, INTENTS, makeClient } from "../support/connected-client.ts";
import { LoopbackDiscord } from "./loopback-discord.ts";
import { guildOnShard } from "./snowflake.ts";

const definition = new SlashCommandBuilder()
  .setName("ping")
  .setDescription("Answers")
  .addSubcommand((subcommand) => subcommand.setName("now").setDescription("Now"))
  .toJSON();

const V2 = MessageFlags.IsComponentsV2;
const words = (content: string) => ({ type: 10, content }) as const;
const row = (id: string) =>
  ({ type: 1, components: [{ type: 2, style: 2, label: "a", custom_id: id }] }) as const;
const picture = (url: string) => ({ type: 12, items: [{ media: { url } }] }) as const;

describe("the loopback Discord drives the real client", () => {
  test("guilds, channels and messages arrive; a message's content needs its intent", async () => {
    await using at = await connectedClient();
    expect(at.client.guilds.cache.get(at.guild.id)?.channels.cache.size).toBe(2);
    const seen: Message[] = [];
    at.client.on(Events.MessageCreate, (message) => seen.push(message));
    at.discord.message(at.guild, at.guild.channel("general"), at.guild.user(0), { content: "secret" });
    await at.discord.taken();
    expect(seen.map(({ author, content }) => [author.id, content])).toEqual([[at.guild.user(0).id, ""]]);
  });

  test("an event whose intent is missing does not arrive", async () => {
    await using at = await connectedClient([GatewayIntentBits.Guilds]);
    const seen: Message[] = [];
    at.client.on(Events.MessageCreate, (message) => seen.push(message));
    at.discord.message(at.guild, at.guild.channel("general"), at.guild.user(0));
    await at.discord.taken();
    expect(seen).toEqual([]);
  });

  test("a privileged intent that is not allowed ends the login", async () => {
    await using discord = await LoopbackDiscord.start({ allowedIntents: 1 });
    const client = makeClient(discord, [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMembers]);
    await expect(client.login(discord.token)).rejects.toThrow(/disallowed intents/i);
    await client.destroy();
  });

  test("a client asks how many shards it is to run; each is told of its own guilds", async () => {
    await using discord = await LoopbackDiscord.start({ shards: 3 });
    const guilds = [0, 1, 2].map((shard) => discord.guild({ id: guildOnShard(shard, 3) }));
    const client = new Client({ intents: INTENTS, ...discord.clientOptions, shards: "auto" });
    const ready = await connect(client, discord);
    expect(discord.shards).toEqual([0, 1, 2]);
    expect(guilds.map(({ id }) => ready.guilds.cache.get(id)?.shardId)).toEqual([0, 1, 2]);
    await client.destroy();
    await discord.connected([]);
  });

  test("a shard that cannot be is refused", async () => {
    await using discord = await LoopbackDiscord.start();
    const client = new Client({ intents: INTENTS, ...discord.clientOptions, shards: [2], shardCount: 2 });
    await expect(client.login(discord.token)).rejects.toThrow(/shard/i);
    await client.destroy();
  });

  test("a wrong token ends the login", async () => {
    await using discord = await LoopbackDiscord.start();
    const client = makeClient(discord);
    await expect(client.login("wrong")).rejects.toThrow();
    await client.destroy();
  });
});

describe("commands and answers", () => {
  test("a deferred answer is edited with a file, its description and a button, and the button is pressed", async () => {
    await using at = await connectedClient();
    await at.client.application.commands.create(definition);
    const png = Buffer.from("not really a picture");
    at.client.on(Events.InteractionCreate, async (interaction: Interaction) => {
      if (interaction.isChatInputCommand()) {
        await interaction.deferReply();
        await interaction.editReply({
          files: [{ attachment: png, name: "a.png", description: "what it shows" }],
          components: [{ type: 1, components: [{ type: 2, style: 1, label: "More", custom_id: "more" }] }],
        });
      } else if (interaction.isButton())
        await interaction.update({ content: `pressed ${interaction.customId}` });
    });
    const call = at.discord.call({
      guild: at.guild,
      user: at.guild.user(0),
      command: "ping",
      subcommand: "now",
    });
    await call.settled();
    expect(call.files).toEqual([{ name: "a.png", description: "what it shows", data: png }]);
    const press = await call.press("More").settled();
    expect(press.content).toBe("pressed more");
    at.discord.assertClean();
  });

  test("an answer after three seconds, and a second first answer, are refused as Discord refuses them", async () => {
    await using at = await connectedClient();
    await at.client.application.commands.create(definition);
    const codes: unknown[] = [];
    const refused = new Promise<void>((resolve) => {
      at.client.on(Events.InteractionCreate, async (interaction) => {
        if (!interaction.isChatInputCommand()) return;
        await interaction.deferReply().catch(({ code }: { code: unknown }) => codes.push(code));
        if (codes.length === 0) {
          interaction.deferred = false;
          await interaction.reply("again").catch(({ code }: { code: unknown }) => codes.push(code));
          interaction.deferred = true;
          at.discord.lateBy(15 * 60_000 + 1);
          await interaction.editReply("too late").catch(({ code }: { code: unknown }) => codes.push(code));
          at.discord.call({ guild: at.guild, user: at.guild.user(0), command: "ping", subcommand: "now" });
        } else resolve();
      });
    });
    at.discord.call({ guild: at.guild, user: at.guild.user(0), command: "ping", subcommand: "now" });
    await refused;
    expect(codes).toEqual([40060, 50027, 10062]);
  });

  test("a body that Discord's API description refuses, and an unknown route, are remembered", async () => {
    await using at = await connectedClient();
    const invalid = { ...definition, name: "x".repeat(33) };
    await expect(
      at.client.rest.post(`/applications/${at.discord.me.id}/commands`, { body: invalid }),
    ).rejects.toThrow();
    expect(() => at.discord.assertClean()).toThrow(/ApplicationCommandCreateRequest.*name/s);
    await expect(at.client.rest.get("/nowhere")).rejects.toThrow();
    expect(() => at.discord.assertClean()).toThrow(/GET \/nowhere/);
  });

  test("a rate limit is waited for, and the request is sent again", async () => {
    await using at = await connectedClient();
    at.discord.fault({ match: /^POST .*commands$/, status: 429, retryAfterSec: 0.05 });
    await at.client.application.commands.create(definition);
    expect(at.discord.commandWrites).toBe(1);
    expect(at.discord.requests.filter(({ method }) => method === "POST")).toHaveLength(2);
  });

  test("an ephemeral answer is marked as such", async () => {
    await using at = await connectedClient();
    await at.client.application.commands.create(definition);
    at.client.on(Events.InteractionCreate, (interaction) => {
      if (interaction.isRepliable())
        void interaction.reply({ content: "psst", flags: MessageFlags.Ephemeral });
    });
    const call = at.discord.call({
      guild: at.guild,
      user: at.guild.user(0),
      command: "ping",
      subcommand: "now",
    });
    expect((await call.settled()).ephemeral).toBe(true);
  });

  test.each<[string, InteractionReplyOptions]>([
    ["content beside components v2", { content: "words", flags: V2, components: [words("a")] }],
    ["components v2 without their flag", { components: [words("a")] }],
    ["more than 40 components", { flags: V2, components: Array.from({ length: 41 }, () => words("a")) }],
    ["one id twice", { flags: V2, components: [row("a"), row("a")] }],
    ["a picture that is not attached", { flags: V2, components: [picture("attachment://a.png")] }],
  ])("%s is refused", async (_, body) => {
    await using at = await connectedClient();
    await at.client.application.commands.create(definition);
    const refused = new Promise((resolve) => {
      at.client.on(Events.InteractionCreate, (interaction) => {
        if (interaction.isRepliable()) interaction.reply(body).then(resolve, ({ code }) => resolve(code));
      });
    });
    at.discord.call({ guild: at.guild, user: at.guild.user(0), command: "ping", subcommand: "now" });
    expect(await refused).toBe(50035);
  });

  test("a message of components v2 stays one", async () => {
    await using at = await connectedClient();
    await at.client.application.commands.create(definition);
    const refused = new Promise((resolve) => {
      at.client.on(Events.InteractionCreate, async (interaction) => {
        if (!interaction.isRepliable()) return;
        await interaction.reply({ flags: V2, components: [words("a")] });
        interaction.editReply("words").then(resolve, ({ code }) => resolve(code));
      });
    });
    at.discord.call({ guild: at.guild, user: at.guild.user(0), command: "ping", subcommand: "now" });
    expect(await refused).toBe(50035);
  });

  test("a bot's own message is sent once for each nonce that it enforces, is edited, and is gone once deleted", async () => {
    await using at = await connectedClient();
    const channel = at.client.channels.cache.get(at.guild.channel("general").id);
    if (!channel?.isSendable()) throw new Error("no channel");
    const once = (content: string) => channel.send({ content, nonce: "a", enforceNonce: true });
    const first = await once("first");
    expect((await once("second")).id).toBe(first.id);
    expect((await channel.send({ content: "third", nonce: "a" })).id).not.toBe(first.id);
    const [post] = at.discord.posts.all;
    if (!post) throw new Error("no post");
    expect(post.content).toBe("first");
    await channel.messages.edit(first.id, { content: "edited" });
    expect([post.content, post.edits, at.discord.posts.repeats]).toEqual(["edited", 1, 1]);
    at.discord.posts.delete(post);
    await at.discord.taken();
    await expect(channel.messages.edit(first.id, { content: "more" })).rejects.toMatchObject({ code: 10008 });
    await expect(channel.send({ content: "a".repeat(4_001) })).rejects.toMatchObject({ code: 50035 });
  });
});
