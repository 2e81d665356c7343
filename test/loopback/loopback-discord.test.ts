import { once } from "node:events";
import {
  Events,
  GatewayIntentBits,
  type Interaction,
  type Message,
  MessageFlags,
  SlashCommandBuilder,
} from "discord.js";
import { describe, expect, test } from "vitest";
import { connect, INTENTS, makeClient } from "../support/connected-client.ts";
import { LoopbackDiscord } from "./loopback-discord.ts";

async function connected(intents: readonly GatewayIntentBits[] = INTENTS) {
  const discord = await LoopbackDiscord.start();
  const guild = discord.guild({ members: 4 });
  const client = await connect(makeClient(discord, intents), discord);
  return {
    discord,
    guild,
    client,
    async [Symbol.asyncDispose](): Promise<void> {
      await client.destroy();
      await discord[Symbol.asyncDispose]();
    },
  };
}

const definition = new SlashCommandBuilder()
  .setName("ping")
  .setDescription("Answers")
  .addSubcommand((subcommand) => subcommand.setName("now").setDescription("Now"))
  .toJSON();

describe("the loopback Discord drives the real client", () => {
  test("guilds, channels and messages arrive; a message's content needs its intent", async () => {
    await using at = await connected();
    expect(at.client.guilds.cache.get(at.guild.id)?.channels.cache.size).toBe(2);
    const seen: Message[] = [];
    at.client.on(Events.MessageCreate, (message) => seen.push(message));
    at.discord.message(at.guild, at.guild.channel("general"), at.guild.user(0), { content: "secret" });
    await at.discord.taken();
    expect(seen.map(({ author, content }) => [author.id, content])).toEqual([[at.guild.user(0).id, ""]]);
  });

  test("an event whose intent is missing does not arrive", async () => {
    await using at = await connected([GatewayIntentBits.Guilds]);
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

  test("a wrong token ends the login", async () => {
    await using discord = await LoopbackDiscord.start();
    const client = makeClient(discord);
    await expect(client.login("wrong")).rejects.toThrow();
    await client.destroy();
  });

  test("members that a large guild leaves out come in chunks", async () => {
    await using discord = await LoopbackDiscord.start();
    const guild = discord.guild({ members: 2_500 });
    const client = await connect(makeClient(discord), discord);
    const cached = client.guilds.cache.get(guild.id);
    expect(cached?.members.cache.size).toBe(1);
    const found = await cached?.members.fetch({ user: guild.users.slice(0, 100).map(({ id }) => id) });
    expect(found?.size).toBe(100);
    await client.destroy();
  });

  test("a cut connection is resumed, and what happened meanwhile arrives once", async () => {
    await using at = await connected();
    const seen: string[] = [];
    at.client.on(Events.MessageCreate, ({ id }) => seen.push(id));
    const sent = [at.discord.message(at.guild, at.guild.channel("general"), at.guild.user(0)).id];
    await at.discord.taken();
    const resumed = at.discord.next("resume");
    at.discord.kick("cut");
    sent.push(at.discord.message(at.guild, at.guild.channel("general"), at.guild.user(1)).id);
    await resumed;
    await at.discord.taken();
    expect(seen).toEqual(sent);
  });

  test("a forgotten session is begun anew, and the guild comes back", async () => {
    await using at = await connected();
    const identified = at.discord.next("identify");
    const available = once(at.client, Events.GuildAvailable);
    at.discord.kick(4000, { forget: true });
    await identified;
    await available;
    await at.discord.taken();
    expect(at.client.guilds.cache.get(at.guild.id)?.available).toBe(true);
  });

  test("voice states arrive, and GUILD_CREATE lists who is in voice", async () => {
    await using discord = await LoopbackDiscord.start();
    const guild = discord.guild();
    discord.voice(guild, guild.user(0), guild.channel("Lobby"));
    const client = await connect(makeClient(discord), discord);
    expect(client.guilds.cache.get(guild.id)?.voiceStates.cache.size).toBe(1);
    discord.voice(guild, guild.user(0), null);
    await discord.taken();
    expect(client.guilds.cache.get(guild.id)?.voiceStates.cache.get(guild.user(0).id)?.channelId).toBeNull();
    await client.destroy();
  });
});

describe("commands and answers", () => {
  test("a deferred answer is edited with a file, its description and a button, and the button is pressed", async () => {
    await using at = await connected();
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
    await using at = await connected();
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
    await using at = await connected();
    const invalid = { ...definition, name: "x".repeat(33) };
    await expect(
      at.client.rest.post(`/applications/${at.discord.me.id}/commands`, { body: invalid }),
    ).rejects.toThrow();
    expect(() => at.discord.assertClean()).toThrow(/ApplicationCommandCreateRequest.*name/s);
    await expect(at.client.rest.get("/nowhere")).rejects.toThrow();
    expect(() => at.discord.assertClean()).toThrow(/GET \/nowhere/);
  });

  test("a rate limit is waited for, and the request is sent again", async () => {
    await using at = await connected();
    at.discord.fault({ match: /^POST .*commands$/, status: 429, retryAfterSec: 0.05 });
    await at.client.application.commands.create(definition);
    expect(at.discord.commandWrites).toBe(1);
    expect(at.discord.requests.filter(({ method }) => method === "POST")).toHaveLength(2);
  });

  test("a channel's history is paged", async () => {
    await using at = await connected();
    const general = at.guild.channel("general");
    const sent = Array.from({ length: 130 }, (_, index) =>
      at.discord.message(at.guild, general, at.guild.user(0), { atMs: 1_700_000_000_000 + index }),
    );
    const channel = at.client.channels.cache.get(general.id);
    if (!channel?.isTextBased()) throw new Error("no such channel");
    const last = await channel.messages.fetch({ limit: 100 });
    const first = await channel.messages.fetch({ limit: 100, before: last.lastKey() ?? "" });
    expect([...first.keys(), ...last.keys()].sort()).toEqual(sent.map(({ id }) => id).sort());
  });

  test("an ephemeral answer is marked as such", async () => {
    await using at = await connected();
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
});
