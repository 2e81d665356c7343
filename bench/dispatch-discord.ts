// The other end of the dispatch bench: a Discord in a process of its own, so that what it spends is not counted.
import { seededRandom, zipf } from "../examples/demo/random.ts";
import { LoopbackDiscord } from "../test/loopback/loopback-discord.ts";
import { SIZE } from "./reference-guild.ts";

/** What the bench asks for: events for one of its two clients. */
export interface FloodRequest {
  readonly client: number;
  readonly events: number;
}

/** Where its clients find their Discords. */
export type Invitation = readonly {
  readonly token: string;
  readonly options: LoopbackDiscord["clientOptions"];
}[];

const random = seededRandom(SIZE.seed);
const member = zipf(SIZE.members, random);
const channel = zipf(SIZE.textChannels, random);
const channels = Array.from({ length: SIZE.textChannels }, (_, index) => ({ name: `text-${index}` }));

const sides = await Promise.all(
  [0, 1].map(async () => {
    const discord = await LoopbackDiscord.start();
    const guild = discord.guild({ members: SIZE.members, channels });
    return { discord, guild, users: guild.users };
  }),
);

process.on("message", async ({ client, events }: FloodRequest) => {
  const side = sides[client];
  if (!side) throw new Error(`there is no client ${client}`);
  const { discord, guild, users } = side;
  await discord.flood("MESSAGE_CREATE", events, () => {
    const [place, author] = [guild.channels[channel()], users[member()]];
    if (!place || !author) throw new Error("nobody, or nowhere");
    return guild.message(place, author);
  });
  await discord.taken();
  process.send?.("taken");
});
process.on("disconnect", () => process.exit());

const invitation: Invitation = sides.map(({ discord }) => ({
  token: discord.token,
  options: discord.clientOptions,
}));
process.send?.(invitation);
