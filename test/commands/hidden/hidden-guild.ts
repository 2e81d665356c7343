import { GatewayIntentBits } from "discord.js";
import { HOUR_MS, hourOf } from "../../../src/clock.ts";
import { sqlite } from "../../../src/store/sqlite/index.ts";
import type { ChannelOptions } from "../../loopback/channels.ts";
import { LoopbackDiscord } from "../../loopback/loopback-discord.ts";
import type { Channel } from "../../loopback/payloads.ts";
import { VIEW_CHANNEL } from "../../loopback/permissions.ts";
import { batchOf, type Row } from "../../store/batches.ts";
import { INTENTS } from "../../support/connected-client.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { type RunningBot, startBot } from "../../support/running-bot.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const [VOICE, CATEGORY, PUBLIC_THREAD, PRIVATE_THREAD, FORUM] = [2, 4, 11, 12, 15];
const NOW_MS = Date.UTC(2026, 2, 16, 8);
const idOf = (number: number): string => String(1_400_000_000_000_000_000n + BigInt(number));
const GUILD = idOf(0);
const [PAINTERS, INSIDERS, MANAGERS] = [idOf(1), idOf(2), idOf(3)];
const view = String(VIEW_CHANNEL);
const HIDDEN = [
  { id: GUILD, type: 0, allow: "0", deny: view },
  { id: INSIDERS, type: 0, allow: view, deny: "0" },
] as const;
/** Who pressed, asked and wrote; their ids are their places. */
const PEOPLE = ["asker", "other", "insider", "manager", "ada", "grace"];
const [ADA, GRACE] = [idOf(104), idOf(105)];

interface Place extends ChannelOptions {
  readonly id: string;
  /** Messages of the last hour; the voice in it is as many seconds. */
  readonly count?: number;
}
const place = (number: number, name: string, more: Omit<Partial<Place>, "id" | "name"> = {}): Place => ({
  id: idOf(number),
  name,
  ...more,
});

const archived = { thread_metadata: { archived: true } };
const SEEN: readonly Place[] = [
  place(10, "Talk", { type: CATEGORY }),
  place(11, "general", { parent_id: idOf(10), count: 31 }),
  place(12, "random", { parent_id: idOf(10), count: 23 }),
  place(13, "open-voice", { type: VOICE, parent_id: idOf(10), count: 19 }),
  place(14, "open-forum", { type: FORUM }),
  place(15, "open-post", { type: PUBLIC_THREAD, parent_id: idOf(14), count: 5 }),
  place(16, "open-thread", { type: PUBLIC_THREAD, parent_id: idOf(11), count: 3 }),
  place(17, "old-thread", { type: PUBLIC_THREAD, parent_id: idOf(11), count: 2, ...archived }),
  place(18, "closing", { count: 41 }),
  place(19, "Bunker", { type: CATEGORY }),
];
const hidden = { permission_overwrites: HIDDEN };
/** All of these names are in no word that cards have. */
const UNSEEN: readonly Place[] = [
  place(50, "qsecret", { ...hidden, parent_id: idOf(10), count: 1_301 }),
  place(51, "qthread", { type: PUBLIC_THREAD, parent_id: idOf(50), count: 1_409 }),
  place(52, "qoldthread", { type: PUBLIC_THREAD, parent_id: idOf(50), count: 1_511, ...archived }),
  place(53, "qvoice", { ...hidden, type: VOICE, parent_id: idOf(10), count: 1_613 }),
  place(54, "qforum", { ...hidden, type: FORUM }),
  place(55, "qpost", { type: PUBLIC_THREAD, parent_id: idOf(54), count: 1_709 }),
  place(56, "qvault", { ...hidden, type: CATEGORY }),
  place(57, "qvaulttext", { ...hidden, parent_id: idOf(56), count: 1_811 }),
  place(58, "qbunker", { ...hidden, parent_id: idOf(19), count: 1_913 }),
  place(59, "qwhisper", { type: PRIVATE_THREAD, parent_id: idOf(11), count: 2_027 }),
  place(60, "qarchived", { type: PRIVATE_THREAD, parent_id: idOf(11), count: 2_129, ...archived }),
];
/** Nobody can tell any more that it was hidden. */
const GONE = place(61, "qdeleted", { count: 2_237 });
const ONLY = place(70, "qonly", hidden);

/** Names, ids and figures that say something of a hidden channel. */
export const SECRETS: readonly string[] = [...UNSEEN, GONE, ONLY].flatMap(({ id, name, count }) => [
  name,
  id,
  ...(count === undefined ? [] : [String(count), count.toLocaleString("en")]),
]);

/**
 * Names of channels that are hidden, and known to the client, and of their threads; what was archived before in a channel
 * that is seen is as what is gone.
 */
export const HIDDEN_NAMES: readonly string[] = UNSEEN.filter(
  ({ thread_metadata, parent_id }) =>
    thread_metadata === undefined || UNSEEN.some(({ id }) => id === parent_id),
).map(({ name }) => name);

/** A bot in a guild of which its members see the same, whatever is hidden from them. */
export interface HiddenGuild extends RunningBot {
  /** What to call ids: the bot's own is another one each time. */
  readonly names: ReadonlyMap<string, string>;
  /** Channels that are hidden, as a member who knows of them may name them in an option. */
  readonly unseen: readonly Channel[];
}

/**
 * @param what `many`: hidden channels of every kind, in which much was written. `one`: as much in a single one; what was
 *   written in private threads of a channel that all see was written in that channel
 */
export async function hiddenGuild(what: "many" | "one"): Promise<HiddenGuild> {
  const folder = temporaryFolder();
  const file = folder.file("stats.db");
  const isMany = what === "many";
  await fill(file, isMany);
  const discord = await LoopbackDiscord.start();
  const channels = [...SEEN, ...(isMany ? UNSEEN : [ONLY])].map(({ count: _, ...channel }) => channel);
  const guild = discord.guild({
    id: GUILD,
    members: PEOPLE.map((username, at) => ({ username, id: idOf(100 + at) })),
    roles: [
      { id: PAINTERS, name: "painters" },
      { id: INSIDERS, name: "insiders" },
      { id: MANAGERS, name: "managers", permissions: "32" },
    ],
    channels,
  });
  for (const [index, roles] of [
    [2, [INSIDERS]],
    [3, [MANAGERS]],
    [4, [PAINTERS]],
  ] as const)
    guild.changeMember(guild.user(index), { roles });
  const me = { id: discord.me.id, type: 1, allow: view, deny: "0" } as const;
  for (const channel of guild.channels.filter(
    ({ permission_overwrites }) => permission_overwrites.length > 0,
  ))
    guild.changeChannel(channel, { permission_overwrites: [...channel.permission_overwrites, me] });
  const bot = await startBot(
    discord,
    guild,
    file,
    { activities: true, clock: new ManualClock(NOW_MS), cooldowns: { userPerMinute: 0, guildPerMinute: 0 } },
    [...INTENTS, GatewayIntentBits.GuildPresences],
  );
  // The client would spread the answers over minutes, as Discord wants it.
  bot.client.rest.options.globalRequestsPerSecond = 1_000_000;
  bot.client.rest.globalRemaining = 1_000_000;
  const people = PEOPLE.map((name, at): [string, string] => [idOf(100 + at), name]);
  const places = [...SEEN, ...UNSEEN, GONE, ONLY].map(({ id, name }): [string, string] => [id, name]);
  const secret = { type: 0, guild_id: GUILD, parent_id: null, permission_overwrites: [] };
  return {
    ...bot,
    names: new Map([...people, ...places, [discord.me.id, "the bot"]]),
    unseen: UNSEEN.map(({ count: _, thread_metadata: __, ...channel }) => ({
      ...secret,
      ...channel,
    })),
    async [Symbol.asyncDispose](): Promise<void> {
      await bot[Symbol.asyncDispose]();
      await discord[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

/** Ada did three quarters of it, and some chess; Grace the rest. */
async function fill(file: string, isMany: boolean): Promise<void> {
  const hour = hourOf(NOW_MS) - 1;
  const rowsOf = ({ id, name, type, parent_id, count = 0 }: Place): readonly Row[] => {
    const isThread = type === PUBLIC_THREAD || type === PRIVATE_THREAD;
    const parent = isThread && parent_id ? { parent: parent_id } : {};
    const quarter = Math.floor(count / 4);
    const row = { guild: GUILD, hour, place: id, name, ...parent };
    return [
      { ...row, member: ADA, messages: count - quarter, durationMs: (count - quarter) * 1_000 },
      { ...row, member: GRACE, messages: quarter, durationMs: quarter * 1_000 },
    ];
  };
  const rows = [...SEEN, ...UNSEEN, GONE].filter(({ count }) => count !== undefined).flatMap(rowsOf);
  const chess = { guild: GUILD, hour, place: "0:Chess", member: ADA, durationMs: HOUR_MS } as const;
  const store = sqlite(file);
  await store.open();
  await store.apply(batchOf("w", 1, [...(isMany ? rows : rows.map(moved).reduce(summed, [])), chess]));
  await store.close();
}

/** Where it would have happened if there were one hidden channel alone. */
function moved({ parent: _, ...row }: Row): Row {
  const unseen = [...UNSEEN, GONE].find(({ id }) => id === row.place);
  if (unseen === undefined) return { ...row, ...(_ === undefined ? {} : { parent: _ }) };
  const isWhisper = unseen.type === PRIVATE_THREAD;
  return isWhisper
    ? { ...row, place: idOf(11), name: "general" }
    : { ...row, place: ONLY.id, name: ONLY.name };
}

/** A batch has one row a place, hour and member. */
function summed(rows: readonly Row[], row: Row): readonly Row[] {
  const at = rows.findIndex(({ place, member }) => place === row.place && member === row.member);
  const before = rows[at];
  if (before === undefined) return [...rows, row];
  return rows.with(at, {
    ...before,
    messages: (before.messages ?? 0) + (row.messages ?? 0),
    durationMs: (before.durationMs ?? 0) + (row.durationMs ?? 0),
  });
}
