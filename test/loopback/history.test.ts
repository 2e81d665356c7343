import { DiscordAPIError, Events, type GuildTextBasedChannel, HTTPError, RESTEvents } from "discord.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ConnectedClient, connectedClient } from "../support/connected-client.ts";

function general({ client, guild }: ConnectedClient): GuildTextBasedChannel {
  const channel = client.channels.cache.get(guild.channel("general").id);
  if (!channel?.isTextBased() || channel.isDMBased()) throw new Error("no such channel");
  return channel;
}

describe("a channel's messages over REST", () => {
  test("are pages of at most 100, newest first: the newest, those right before, right after or around an id", async () => {
    await using at = await connectedClient();
    const { discord, guild } = at;
    const made = discord.history(guild, guild.channel("general"), 250, (index) => ({
      atMs: 1_700_000_000_000 + index,
    }));
    const ids = made.map(({ id }) => id);
    const channel = general(at);
    const page = async (options: object): Promise<string[]> => [
      ...(await channel.messages.fetch(options)).keys(),
    ];
    expect(await page({ limit: 100 })).toEqual(ids.slice(150).reverse());
    await fc.assert(
      fc.asyncProperty(fc.nat(249), fc.integer({ min: 2, max: 100 }), async (index, limit) => {
        const id = ids[index] ?? "";
        expect(await page({ before: id, limit })).toEqual(
          ids.slice(Math.max(0, index - limit), index).reverse(),
        );
        expect(await page({ after: id, limit })).toEqual(ids.slice(index + 1, index + 1 + limit).reverse());
        expect(await page({ around: id, limit })).toContain(id);
      }),
      { numRuns: 20 },
    );
    discord.assertClean();
  });

  test("are read whole with `after`, from an id that need not exist", async () => {
    await using at = await connectedClient();
    const { discord, guild } = at;
    const made = discord.history(guild, guild.channel("general"), 230, (index) => ({
      atMs: 1_700_000_000_000 + index,
      author: guild.user(index % 3),
    }));
    const read: string[] = [];
    for (let after = "0"; ; ) {
      const page = [...(await general(at).messages.fetch({ after, limit: 100 })).values()].reverse();
      const last = page.at(-1);
      if (!last) break;
      read.push(...page.map(({ id }) => id));
      after = last.id;
    }
    expect(read).toEqual(made.map(({ id }) => id));
  });

  test("carry neither guild nor member, and were told by no event", async () => {
    await using at = await connectedClient();
    const seen: string[] = [];
    at.client.on(Events.MessageCreate, ({ id }) => seen.push(id));
    at.discord.history(at.guild, at.guild.channel("general"), 1, () => ({}));
    const raw = await at.client.rest.get(`/channels/${general(at).id}/messages`);
    expect(Object.keys(Array.isArray(raw) ? raw[0] : {})).toEqual(
      expect.not.arrayContaining(["guild_id", "member"]),
    );
    await at.discord.taken();
    expect(seen).toEqual([]);
  });

  test("hide their events if they are read first, unless the client is told not to cache them", async () => {
    await using at = await connectedClient();
    const { discord, guild } = at;
    const seen: string[] = [];
    at.client.on(Events.MessageCreate, ({ id }) => seen.push(id));
    const [first, second] = discord.history(guild, guild.channel("general"), 2, () => ({}));
    if (!first || !second) throw new Error("no messages");
    await general(at).messages.fetch({ before: second.id, limit: 1 });
    await general(at).messages.fetch({ after: first.id, limit: 1, cache: false });
    discord.redeliver(first);
    discord.redeliver(second);
    await discord.taken();
    expect(seen).toEqual([second.id]);
  });

  test("a limit that Discord refuses is refused and remembered", async () => {
    await using at = await connectedClient();
    await expect(general(at).messages.fetch({ limit: 101 })).rejects.toMatchObject({
      status: 400,
      code: 50035,
    });
    expect(() => at.discord.assertClean()).toThrow(/limit: 101/);
  });

  test("a channel that the bot may not see answers 50001, one without history nothing, a deleted one 10003", async () => {
    await using at = await connectedClient();
    const { discord, guild } = at;
    const channel = general(at);
    discord.message(guild, guild.channel("general"), guild.user(0));
    const deny = (bits: string) =>
      discord.updateChannel(guild, guild.channel("general"), {
        permission_overwrites: [{ id: guild.id, type: 0, allow: "0", deny: bits }],
      });
    deny("65536");
    expect((await channel.messages.fetch({ limit: 5 })).size).toBe(0);
    deny("1024");
    await expect(channel.messages.fetch({ limit: 5 })).rejects.toMatchObject({ status: 403, code: 50001 });
    deny("0");
    discord.unreadable.add(channel.id);
    await expect(channel.messages.fetch({ limit: 5 })).rejects.toMatchObject({ status: 403, code: 50001 });
    discord.unreadable.clear();
    discord.deleteChannel(guild, guild.channel("general"));
    await expect(channel.messages.fetch({ limit: 5 })).rejects.toMatchObject({ status: 404, code: 10003 });
    discord.assertClean();
  });

  test("active and archived threads of a channel are listed", async () => {
    await using at = await connectedClient();
    const { discord, guild } = at;
    const parent = guild.channel("general");
    const channel = general(at);
    if (!("threads" in channel)) throw new Error("no threads there");
    const thread = { type: 11, parent_id: parent.id };
    const active = discord.createChannel(guild, { ...thread, name: "active" });
    const archived = Array.from({ length: 5 }, (_, index) =>
      discord.createChannel(guild, { ...thread, name: `old ${index}`, thread_metadata: { archived: true } }),
    );
    await discord.taken();
    expect([...(await channel.threads.fetchActive()).threads.keys()]).toEqual([active.id]);
    const page = await channel.threads.fetchArchived({ limit: 3 });
    expect(page.hasMore).toBe(true);
    expect([...page.threads.keys()]).toEqual(
      archived
        .map(({ id }) => id)
        .reverse()
        .slice(0, 3),
    );
    discord.assertClean();
  });
});

describe("a rate limit of a route", () => {
  test("that the answers' headers tell is kept by the client: it waits, and nothing is refused", async () => {
    await using at = await connectedClient();
    const channel = general(at);
    let waits = 0;
    at.client.rest.on(RESTEvents.RateLimited, () => waits++);
    at.discord.rateLimit({ match: /^GET \/channels\/\d+\/messages$/, requests: 2, perSec: 0.2 });
    for (let index = 0; index < 5; index++) await channel.messages.fetch({ limit: 5 });
    expect(waits).toBe(2);
    expect(at.discord.rateLimited).toBe(0);
  });

  test("holds for each channel by itself, and who ignores it gets 429", async () => {
    await using at = await connectedClient();
    const other = at.discord.createChannel(at.guild, { name: "other" });
    at.discord.rateLimit({ match: /^GET \/channels\/\d+\/messages$/, requests: 2, perSec: 3_600 });
    const ask = async ({ id }: { readonly id: string }): Promise<number> => {
      const headers = { authorization: `Bot ${at.discord.token}` };
      const url = `${at.discord.clientOptions.rest.api}/v10/channels/${id}/messages`;
      return (await fetch(url, { headers })).status;
    };
    const statuses: number[] = [];
    for (const channel of [general(at), general(at), general(at), other]) statuses.push(await ask(channel));
    expect(statuses).toEqual([200, 200, 429, 200]);
    expect(at.discord.rateLimited).toBe(1);
  });
});

describe("a fault in a route", () => {
  const match = /^GET \/channels\/\d+\/messages$/;

  test("429 a number of times is waited for each time, also when it holds for all routes", async () => {
    await using at = await connectedClient();
    const limited: boolean[] = [];
    at.client.rest.on(RESTEvents.RateLimited, ({ global }) => limited.push(global));
    at.discord.fault({ match, status: 429, retryAfterSec: 0.02, times: 2 });
    at.discord.fault({ match, status: 429, retryAfterSec: 0.02, global: true });
    expect((await general(at).messages.fetch({ limit: 5 })).size).toBe(0);
    expect(limited).toEqual([false, false, true]);
    expect(at.discord.requests.filter(({ path }) => path.endsWith("/messages"))).toHaveLength(4);
  });

  test("500 is tried again by the client three times, and then reaches the caller", async () => {
    await using at = await connectedClient();
    at.discord.fault({ match, status: 500, times: 3 });
    expect((await general(at).messages.fetch({ limit: 5 })).size).toBe(0);
    at.discord.fault({ match, status: 503, times: 4 });
    await expect(general(at).messages.fetch({ limit: 5 })).rejects.toBeInstanceOf(HTTPError);
    at.discord.fault({ match, status: 400 });
    await expect(general(at).messages.fetch({ limit: 5 })).rejects.toBeInstanceOf(DiscordAPIError);
  });

  test("an answer that never comes, or whose connection is cut, reaches the caller as an error", async () => {
    await using at = await connectedClient();
    Object.assign(at.client.rest.options, { timeout: 50, retries: 0 });
    at.discord.fault({ match, silence: "hangs" });
    await expect(general(at).messages.fetch({ limit: 5 })).rejects.toMatchObject({ name: "AbortError" });
    at.discord.fault({ match, silence: "cut" });
    await expect(general(at).messages.fetch({ limit: 5 })).rejects.toThrow(/other side closed|ECONNRESET/i);
  });
});
