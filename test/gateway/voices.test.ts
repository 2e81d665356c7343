import fc from "fast-check";
import { expect, test } from "vitest";
import { Voices } from "../../src/gateway/voices.ts";
import { connectedClient, INTENTS } from "../support/connected-client.ts";

const LIKE_ANYONE = {
  session_id: "a",
  deaf: false,
  mute: false,
  self_deaf: false,
  self_mute: false,
  self_video: false,
  suppress: false,
  request_to_speak_timestamp: null,
};

test("how many people are in each channel is what those who are there add up to, however they came, moved and left", async () => {
  await using at = await connectedClient(INTENTS, {
    channels: ["Lobby", "Music"].map((name) => ({ name, type: 2 })),
  });
  const { client } = at;
  const guild = client.guilds.cache.get(at.guild.id);
  if (guild === undefined) throw new Error("the client does not see the guild");
  const channels = [at.guild.channel("Lobby").id, at.guild.channel("Music").id, null];
  // The bot itself is in voice as well, and no company.
  const users = [client.user.id, ...Array.from({ length: 4 }, (_, at) => `90000000000000000${at}`)];
  const move = fc.record({
    leavesGuild: fc.boolean(),
    userId: fc.constantFrom(...users),
    channelId: fc.constantFrom(...channels),
  });
  fc.assert(
    fc.property(fc.array(move, { maxLength: 40 }), (moves) => {
      const voices = new Voices(client);
      for (const { leavesGuild, userId, channelId } of moves) {
        const before = new Map(voices.company(guild.id));
        const moved = leavesGuild
          ? voices.departed(guild.id, userId)
          : voices.told({ ...LIKE_ANYONE, guild_id: guild.id, user_id: userId, channel_id: channelId });
        const people = new Map<string, number>();
        for (const { channelId, bot } of voices.present(guild))
          if (channelId !== null && !bot) people.set(channelId, (people.get(channelId) ?? 0) + 1);
        expect(new Map(voices.company(guild.id))).toEqual(people);
        for (const [changed, count] of moved?.[1] ?? []) before.set(changed, count);
        expect(new Map([...before].filter(([, count]) => count > 0))).toEqual(people);
      }
    }),
  );
});
