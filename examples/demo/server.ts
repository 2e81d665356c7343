import type { LoopbackDiscord } from "../../test/loopback/loopback-discord.ts";
import type { Channel, Role, User, World } from "../../test/loopback/world.ts";
import {
  ARCHIVED_THREAD,
  CATEGORIES,
  displayName,
  FORUM_NAME,
  POSTS,
  ROLES,
  TEXT_CHANNELS,
  THREADS,
  VOICE_CHANNELS,
} from "./names.ts";

const MEMBERS = 2_000;
const BOT_EVERY = 80;
/** A fifth never chose a picture. */
const FACELESS = 0.2;
const CATEGORY = 4;
const FORUM = 15;
const THREAD = 11;

/** A server, and what of it the demo speaks of. */
export interface DemoServer {
  readonly guild: World;
  readonly text: readonly Channel[];
  readonly voice: readonly Channel[];
  readonly forum: Channel;
  readonly posts: readonly Channel[];
  readonly threads: readonly Channel[];
  readonly roles: readonly Role[];
  /** Seen by those with the first role only. */
  readonly staff: Channel;
}

/** A lively server: people of many languages, channels in categories, a forum, threads, roles. */
export function foundServer(discord: LoopbackDiscord, random: () => number): DemoServer {
  const members = Array.from({ length: MEMBERS }, (_, index): Partial<User> => {
    const bot = index % BOT_EVERY === 7;
    return {
      username: bot ? `helper${index}` : `user${index}`,
      global_name: bot ? `Helper ${index}` : displayName(index, random),
      avatar: random() < FACELESS ? null : index.toString(16).padStart(32, "0"),
      ...(bot ? { bot } : {}),
    };
  });
  const guild = discord.guild({
    name: "The Northern Lights 🌌",
    icon: "c0ffee".padStart(32, "0"),
    banner: "ba22e2".padStart(32, "0"),
    members,
    channels: [],
  });
  for (const [name, { text, voice }] of Object.entries(CATEGORIES)) {
    const { id } = guild.addChannel({ name, type: CATEGORY });
    for (const channel of text) guild.addChannel({ name: channel, parent_id: id });
    for (const channel of voice) guild.addChannel({ name: channel, type: 2, parent_id: id });
  }
  const community = guild.channel("general").parent_id;
  const forum = guild.addChannel({ name: FORUM_NAME, type: FORUM, parent_id: community });
  const thread = (name: string, parent: Channel, archived = false): Channel =>
    guild.addChannel({ name, type: THREAD, parent_id: parent.id, thread_metadata: { archived } });
  const roles = ROLES.map(({ name, color }) => guild.addRole({ name, color }));
  const staff = guild.addChannel({
    name: "staff",
    permission_overwrites: [
      { id: guild.id, type: 0, allow: "0", deny: "1024" },
      { id: roles[0]?.id ?? "", type: 0, allow: "1024", deny: "0" },
    ],
  });
  giveRoles(guild, roles, random);
  return {
    guild,
    text: [...TEXT_CHANNELS.map((name) => guild.channel(name)), staff],
    voice: VOICE_CHANNELS.map((name) => guild.channel(name)),
    forum,
    posts: POSTS.map((name) => thread(name, forum)),
    threads: [
      ...THREADS.map((name) => thread(name, guild.channel("general"))),
      thread(ARCHIVED_THREAD, guild.channel("off-topic"), true),
    ],
    roles,
    staff,
  };
}

/** The first member, who looks at everything, is no admin: what admins alone see, members must not. */
function giveRoles(guild: World, roles: readonly Role[], random: () => number): void {
  for (const [index, user] of guild.users.entries()) {
    const held = roles.filter((_, at) => {
      const isTheirs = random() * 100 < (ROLES[at]?.share ?? 0);
      return index === 0 ? ROLES[at]?.name === "Gamers" : isTheirs && !user.bot;
    });
    guild.changeMember(user, { roles: held.map(({ id }) => id) });
  }
}
