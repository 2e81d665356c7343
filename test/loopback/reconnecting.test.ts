import { once } from "node:events";
import { setImmediate as turn } from "node:timers/promises";
import { type Client, type ClientEvents, Events, Guild, type VoiceState } from "discord.js";
import { describe, expect, test } from "vitest";
import {
  type ConnectedClient,
  connect,
  connectedClient,
  makeClient,
  PRIVILEGED_INTENTS,
} from "../support/connected-client.ts";
import { LoopbackDiscord } from "./loopback-discord.ts";
import type { World } from "./world.ts";

const RECORDED: readonly (keyof ClientEvents)[] = [
  Events.ShardDisconnect,
  Events.ShardReconnecting,
  Events.ShardError,
  Events.ShardReady,
  Events.ShardResume,
  Events.GuildAvailable,
  Events.GuildUnavailable,
  Events.GuildCreate,
  Events.GuildDelete,
  Events.GuildMemberAdd,
  Events.GuildMemberRemove,
  Events.ChannelDelete,
  Events.MessageCreate,
  Events.VoiceStateUpdate,
  Events.PresenceUpdate,
];

/** The client's events from now on, in order: those of the shard, of guilds, and of what happens in them. */
function record(client: Client): string[] {
  const seen: string[] = [];
  for (const event of RECORDED) {
    client.on(event, (...args: unknown[]) => {
      const [first] = args;
      seen.push(first instanceof Guild ? `${event} ${first.name} available=${first.available}` : event);
    });
  }
  return seen;
}

const BACK_WITH_A_NEW_SESSION = ["guildAvailable Loopback available=true", "shardReady"];

function someoneSpeaks({ discord, guild }: ConnectedClient): void {
  discord.message(guild, guild.channel("general"), guild.user(0));
  discord.voice(guild, guild.user(0), guild.channel("Lobby"));
  discord.presence(guild, guild.user(1));
}
const SPOKEN = ["messageCreate", "voiceStateUpdate", "presenceUpdate"];

async function reconnected({ discord }: ConnectedClient, how: () => void): Promise<void> {
  const back = Promise.race([discord.next("resume"), discord.next("identify")]);
  how();
  await back;
  await discord.taken();
}

describe("a session that is kept is resumed: what happened meanwhile is told before shardResume", () => {
  test.each(["cut", 4000, 4009, "op 7"] as const)("after %s", async (how) => {
    await using at = await connectedClient(PRIVILEGED_INTENTS);
    const seen = record(at.client);
    await reconnected(at, () => {
      at.discord.kick(how);
      someoneSpeaks(at);
    });
    expect(seen).toEqual(["shardReconnecting", ...SPOKEN, "shardResume"]);
    expect(at.client.guilds.cache.get(at.guild.id)?.available).toBe(true);
  });

  test("after heartbeats that nobody answered; what came in spite of that is not told twice", async () => {
    await using at = await connectedClient(PRIVILEGED_INTENTS, { heartbeatMs: 200 });
    const seen = record(at.client);
    await reconnected(at, () => {
      at.client.once(Events.ShardReconnecting, () => {
        at.discord.acksHeartbeats = true;
      });
      at.discord.acksHeartbeats = false;
      someoneSpeaks(at);
    });
    expect(seen).toEqual([...SPOKEN, "shardReconnecting", "shardResume"]);
  });

  test("after an outage in which the gateway answers 503, of which each attempt tells twice", async () => {
    await using at = await connectedClient(PRIVILEGED_INTENTS);
    const seen = record(at.client);
    await reconnected(at, () => {
      at.client.once(Events.ShardError, () => {
        at.discord.gatewayUp = true;
      });
      at.discord.gatewayDownAnswer = "503";
      at.discord.gatewayUp = false;
      someoneSpeaks(at);
    });
    expect(seen).toEqual([
      ...["shardReconnecting", "shardError", "shardReconnecting"],
      ...SPOKEN,
      "shardResume",
    ]);
  });

  test("joins and leaves that 200 more events follow in the replay change the cache, and are not told", async () => {
    await using at = await connectedClient(PRIVILEGED_INTENTS);
    const { discord, guild } = at;
    const seen = record(at.client);
    const leaver = guild.user(0);
    await reconnected(at, () => {
      discord.kick("cut");
      discord.join(guild);
      discord.leave(guild, leaver);
      for (let index = 0; index < 200; index++)
        discord.message(guild, guild.channel("general"), guild.user(0));
    });
    expect(new Set(seen)).toEqual(new Set(["shardReconnecting", "messageCreate", "shardResume"]));
    expect(at.client.guilds.cache.get(guild.id)?.members.cache.has(leaver.id)).toBe(false);
    expect(at.client.guilds.cache.get(guild.id)?.memberCount).toBe(guild.members.size);
  });
});

describe("a session that is lost is begun anew: what happened meanwhile is not told", () => {
  test.each([1000, 4007, "op 9"] as const)("after %s", async (how) => {
    await using at = await connectedClient(PRIVILEGED_INTENTS);
    const seen = record(at.client);
    await reconnected(at, () => {
      at.discord.kick(how);
      someoneSpeaks(at);
    });
    expect(seen).toEqual(["shardReconnecting", ...BACK_WITH_A_NEW_SESSION]);
  });

  test("after a resume that is refused", async () => {
    await using at = await connectedClient(PRIVILEGED_INTENTS);
    const seen = record(at.client);
    await reconnected(at, () => {
      at.discord.kick("cut", { forget: true });
      someoneSpeaks(at);
    });
    expect(seen).toEqual(["shardReconnecting", "shardReconnecting", ...BACK_WITH_A_NEW_SESSION]);
  });

  test("after an outage in which the gateway hangs up: the client gives up a session that could be resumed", async () => {
    await using at = await connectedClient(PRIVILEGED_INTENTS);
    const seen = record(at.client);
    await reconnected(at, () => {
      let attempts = 0;
      at.client.on(Events.ShardReconnecting, () => {
        attempts++;
        if (attempts === 2) at.discord.gatewayUp = true;
      });
      at.discord.gatewayUp = false;
      someoneSpeaks(at);
    });
    expect(seen).toEqual(["shardReconnecting", "shardReconnecting", ...BACK_WITH_A_NEW_SESSION]);
  });

  test("the guild is unavailable between READY and GUILD_CREATE, which no event tells", async () => {
    await using at = await connectedClient(PRIVILEGED_INTENTS);
    const cached = at.client.guilds.cache.get(at.guild.id);
    const available: unknown[] = [];
    at.client.on(Events.ShardReconnecting, () => available.push(["shardReconnecting", cached?.available]));
    // Told before the client acts on it.
    at.client.on(Events.Raw, (packet: { t: string }) => available.push([packet.t, cached?.available]));
    at.client.on(Events.GuildAvailable, () => available.push(["guildAvailable", cached?.available]));
    at.client.on(Events.GuildUnavailable, () => available.push(["guildUnavailable", cached?.available]));
    await reconnected(at, () => at.discord.kick("op 9"));
    expect(available).toEqual([
      ["shardReconnecting", true],
      ["READY", true],
      ["GUILD_CREATE", false],
      ["guildAvailable", true],
    ]);
  });

  test("voice states and members are those of now, and nobody's coming or going is told", async () => {
    await using at = await connectedClient(PRIVILEGED_INTENTS);
    const { discord, guild, client } = at;
    const cached = client.guilds.cache.get(guild.id);
    const [gone, comes, leaves] = [guild.user(0), guild.user(1), guild.user(2)];
    discord.voice(guild, gone, guild.channel("Lobby"));
    await discord.taken();
    const seen = record(client);
    let inVoice: (VoiceState | undefined)[] = [];
    client.on(Events.GuildAvailable, ({ voiceStates }) => {
      inVoice = [...voiceStates.cache.values()];
    });
    await reconnected(at, () => {
      discord.kick("op 9");
      discord.voice(guild, gone, null);
      discord.voice(guild, comes, guild.channel("Lobby"), { sessionId: "new" });
      discord.leave(guild, leaves);
    });
    expect(seen).toEqual(["shardReconnecting", ...BACK_WITH_A_NEW_SESSION]);
    expect(inVoice.map((state) => [state?.id, state?.sessionId])).toEqual([[comes.id, "new"]]);
    expect(cached?.members.cache.has(leaves.id)).toBe(false);
  });

  test("presences of now are there; who went offline meanwhile stays online in the cache", async () => {
    await using at = await connectedClient(PRIVILEGED_INTENTS);
    const { discord, guild, client } = at;
    discord.presence(guild, guild.user(0));
    await discord.taken();
    await reconnected(at, () => {
      discord.kick("op 9");
      discord.presence(guild, guild.user(0), { status: "offline" });
      discord.presence(guild, guild.user(1), { status: "idle" });
    });
    const cached = client.guilds.cache.get(guild.id)?.presences.cache;
    expect(cached?.get(guild.user(1).id)?.status).toBe("idle");
    expect(cached?.get(guild.user(0).id)?.status).toBe("online");
  });

  test("a guild that was left meanwhile stays in the cache, available, and nothing tells of it", async () => {
    await using at = await connectedClient(PRIVILEGED_INTENTS);
    const other = at.discord.guild({ name: "Other" });
    await at.discord.taken();
    const seen = record(at.client);
    await reconnected(at, () => {
      at.discord.kick("op 9");
      at.discord.removeGuild(other);
    });
    expect(seen).toEqual(["shardReconnecting", ...BACK_WITH_A_NEW_SESSION]);
    expect(at.client.guilds.cache.get(other.id)?.available).toBe(true);
  });

  test("a guild that was joined meanwhile is told as guildAvailable, not as guildCreate", async () => {
    await using at = await connectedClient(PRIVILEGED_INTENTS);
    const seen = record(at.client);
    await reconnected(at, () => {
      at.discord.kick("op 9");
      at.discord.guild({ name: "Other" });
    });
    const both = ["guildAvailable Loopback available=true", "guildAvailable Other available=true"];
    expect(seen).toEqual(["shardReconnecting", ...both, "shardReady"]);
  });

  test("a channel that was deleted meanwhile leaves its guild's cache untold, and stays in the client's", async () => {
    await using at = await connectedClient(PRIVILEGED_INTENTS);
    const { discord, guild, client } = at;
    const general = guild.channel("general");
    const seen = record(client);
    await reconnected(at, () => {
      discord.kick("op 9");
      discord.deleteChannel(guild, general);
    });
    expect(seen).toEqual(["shardReconnecting", ...BACK_WITH_A_NEW_SESSION]);
    expect(client.guilds.cache.get(guild.id)?.channels.cache.has(general.id)).toBe(false);
    expect(client.channels.cache.has(general.id)).toBe(true);
  });

  test("a channel's last message is the newest that was missed", async () => {
    await using at = await connectedClient();
    const { discord, guild, client } = at;
    const lobby = guild.channel("Lobby");
    let missed = "";
    await reconnected(at, () => {
      discord.kick("op 9");
      missed = discord.message(guild, lobby, guild.user(0)).id;
    });
    expect(client.channels.cache.get(lobby.id)).toMatchObject({ lastMessageId: missed });
  });
});

describe("before clientReady", () => {
  /** A client that waits for the second of two guilds; `meanwhile` happens in the first. */
  async function awaitingGuild(
    meanwhile: (discord: LoopbackDiscord, guild: World) => void,
    afterwards: (discord: LoopbackDiscord, guild: World) => void,
  ): Promise<{ readonly seen: readonly string[]; readonly inVoice: number | undefined }> {
    await using discord = await LoopbackDiscord.start();
    const [guild, late] = [discord.guild(), discord.guild({ name: "Late" })];
    discord.removeGuild(late, { unavailable: true });
    const client = makeClient(discord, PRIVILEGED_INTENTS);
    const seen = record(client);
    client.once(Events.ClientReady, () => seen.push("clientReady"));
    const identified = discord.next("identify");
    const ready = connect(client, discord);
    await identified;
    meanwhile(discord, guild);
    discord.returnGuild(late);
    afterwards(discord, guild);
    await ready;
    // The client tells one thing that has waited each time round.
    const told = once(client, Events.PresenceUpdate);
    discord.presence(guild, guild.user(1));
    await told;
    while (seen.filter((event) => event === "voiceStateUpdate").length < 2) await turn();
    const inVoice = client.guilds.cache
      .get(guild.id)
      ?.voiceStates.cache.filter((each) => each.channelId).size;
    await client.destroy();
    return { seen, inVoice };
  }

  test("each guild is told as guildAvailable; what happens meanwhile waits for clientReady, and joins are lost", async () => {
    const { seen } = await awaitingGuild(
      (discord, guild) => {
        discord.join(guild);
        discord.voice(guild, guild.user(0), guild.channel("Lobby"));
        discord.voice(guild, guild.user(1), guild.channel("Lobby"));
      },
      () => undefined,
    );
    const guilds = ["guildAvailable Loopback available=true", "guildAvailable Late available=true"];
    expect(seen.slice(0, 4)).toEqual([...guilds, "shardReady", "clientReady"]);
    expect(seen).not.toContain("guildMemberAdd");
    expect(seen.filter((event) => event === "voiceStateUpdate")).toHaveLength(2);
  });

  test("what has waited is told after what is newer: who hung up is in voice for ever", async () => {
    const { inVoice } = await awaitingGuild(
      (discord, guild) => {
        for (let index = 0; index < 500; index++)
          discord.message(guild, guild.channel("general"), guild.user(0));
        discord.voice(guild, guild.user(0), guild.channel("Lobby"));
      },
      (discord, guild) => discord.voice(guild, guild.user(0), null),
    );
    expect(inVoice).toBe(1);
  });
});

describe("a guild's own outage", () => {
  test("is told when it begins and when it ends, with the voice states of then", async () => {
    await using at = await connectedClient();
    const { discord, guild, client } = at;
    discord.voice(guild, guild.user(0), guild.channel("Lobby"));
    await discord.taken();
    const seen = record(client);
    discord.removeGuild(guild, { unavailable: true });
    await discord.taken();
    guild.setVoice(guild.user(0), null);
    discord.returnGuild(guild);
    await discord.taken();
    expect(seen).toEqual([
      "guildUnavailable Loopback available=false",
      "guildAvailable Loopback available=true",
    ]);
    expect(client.guilds.cache.get(guild.id)?.voiceStates.cache.size).toBe(0);
  });

  test("that a new session begins in keeps shardReady back until it ends", async () => {
    await using at = await connectedClient();
    const { discord, guild, client } = at;
    discord.removeGuild(guild, { unavailable: true });
    await discord.taken();
    const seen = record(client);
    await reconnected(at, () => discord.kick("op 9"));
    expect(seen).toEqual(["shardReconnecting"]);
    discord.returnGuild(guild);
    await discord.taken();
    expect(seen).toEqual(["shardReconnecting", ...BACK_WITH_A_NEW_SESSION]);
  });

  test("a GUILD_CREATE for a guild that is available changes nothing", async () => {
    await using at = await connectedClient();
    const { discord, guild, client } = at;
    const seen = record(client);
    guild.setVoice(guild.user(0), guild.channel("Lobby"));
    discord.returnGuild(guild);
    await discord.taken();
    expect(seen).toEqual([]);
    expect(client.guilds.cache.get(guild.id)?.voiceStates.cache.size).toBe(0);
  });
});

describe("the end of a connection for good", () => {
  test("a close code that forbids to come back is told as shardDisconnect, then as shardError", async () => {
    await using at = await connectedClient();
    const seen = record(at.client);
    const errors = once(at.client, Events.ShardError);
    at.discord.kick(4014);
    await errors;
    expect(seen).toEqual(["shardDisconnect", "shardError"]);
  });

  test("client.destroy is told as shardReconnecting", async () => {
    await using at = await connectedClient();
    const seen = record(at.client);
    await at.client.destroy();
    expect(seen).toEqual(["shardReconnecting"]);
  });
});
