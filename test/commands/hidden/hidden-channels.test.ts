import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LoopbackInteraction } from "../../loopback/interaction.ts";
import type { Channel, Role, User } from "../../loopback/payloads.ts";
import { VIEW_CHANNEL } from "../../loopback/permissions.ts";
import type { ShownMessage } from "../../loopback/shown-message.ts";
import { everyCall, everySubcommand, type Options, type Subcommand } from "./every-call.ts";
import { type HiddenGuild, hiddenGuild, SECRETS } from "./hidden-guild.ts";
import { answerOf, shownOf } from "./transcript.ts";

/** As many at once as the fuzz test has: each is answered in time. */
const AT_ONCE = 25;
const CATEGORY = 4;
const [ASKER, OTHER, INSIDER, MANAGER] = [0, 1, 2, 3];

/** One line an answer: what was asked, and what came of it. */
type Transcript = Map<string, string>;
type CallOptions = Options<User, Channel, Role>;
interface Asked {
  readonly name: string;
  send(): { readonly answer: LoopbackInteraction; readonly before?: ShownMessage };
}

interface Answered {
  readonly name: string;
  readonly answer: LoopbackInteraction;
}

/** Asks what was not asked before, and writes down what came of it. */
async function write(
  guild: HiddenGuild,
  transcript: Transcript,
  asked: readonly Asked[],
): Promise<Answered[]> {
  const open = [...new Map(asked.map((each) => [each.name, each])).values()].filter(
    ({ name }) => !transcript.has(name),
  );
  const all: Answered[] = [];
  for (let at = 0; at < open.length; at += AT_ONCE) {
    const answered = open.slice(at, at + AT_ONCE).map(async ({ name, send }): Promise<Answered> => {
      const { answer, before } = send();
      const told = await answerOf(answer, before?.message ?? null, guild.names);
      // What one of those who see it all is told alone may be of all of it.
      const isTheirs = answer.user.id === guild.guild.user(INSIDER).id && answer.ephemeral;
      transcript.set(name, isTheirs ? "theirs" : told);
      return { name, answer };
    });
    all.push(...(await Promise.all(answered)));
  }
  return all;
}

const wordsOf = (options: CallOptions): string =>
  Object.entries(options)
    .map(
      ([key, value]) =>
        `${key}=${typeof value !== "object" ? value : "name" in value ? value.name : value.username}`,
    )
    .join(" ");

function calling(
  { discord, guild }: HiddenGuild,
  who: number,
  { command, subcommand }: Pick<Subcommand, "command" | "subcommand">,
  options: CallOptions,
  more: { readonly where?: string; readonly focused?: string } = {},
): Asked {
  const { where = "general", focused } = more;
  const call = { guild, user: guild.user(who), channel: guild.channel(where), command, subcommand, options };
  return {
    name: `${who} in ${where}: /${command} ${subcommand} ${wordsOf(options)} ${focused ?? ""}`.trimEnd(),
    send: () => ({ answer: discord.call(focused === undefined ? call : { ...call, focused }) }),
  };
}

/** Every button and every choice below a message. */
function pressing(name: string, message: ShownMessage, user: User): readonly Asked[] {
  const of = (what: string, customId: string, values?: readonly string[]): Asked => ({
    name: `${name} > ${user.username}: ${what}`,
    send: () => ({
      before: message,
      answer: message.forge(customId, { user, ...(values === undefined ? {} : { values }) }),
    }),
  });
  return [
    ...message.buttons
      .filter(({ label, isDisabled }) => label !== "Close" && !isDisabled)
      .map(({ label, customId }) => of(label, customId)),
    ...message.selects.flatMap(({ customId, placeholder, options }) =>
      options.map(({ label, value }) => of(`${placeholder}: ${label}`, customId, [value])),
    ),
  ];
}

const subcommands = everySubcommand();
const ofCards = subcommands.filter(({ options }) => options.some(({ name }) => name === "text"));

function inWords(subcommand: Subcommand, options: CallOptions): CallOptions {
  return ofCards.includes(subcommand) ? { text: true, ...options } : options;
}

function given({ guild }: HiddenGuild, places: readonly Channel[]) {
  return {
    user: guild.user(4),
    channels: places.filter(({ type }) => type !== CATEGORY),
    categories: places.filter(({ type }) => type === CATEGORY),
    roles: guild.roles.slice(1),
  };
}

/** All that can be asked and pressed by who knows of nothing hidden, and what comes of it. */
async function explored(guild: HiddenGuild): Promise<Transcript> {
  const transcript: Transcript = new Map();
  const { discord, guild: world } = guild;
  const open = given(
    guild,
    world.channels.filter(({ name }) => !name.startsWith("q")),
  );
  const plain = (each: Subcommand) => inWords(each, everyCall(each, open)[0]);
  // What was archived is known from here on.
  await write(
    guild,
    transcript,
    ofCards.map((each) => calling(guild, ASKER, each, plain(each))),
  );
  await write(guild, transcript, [
    ...subcommands.flatMap((each) =>
      everyCall(each, open).map((options) => calling(guild, ASKER, each, inWords(each, options))),
    ),
    ...subcommands.flatMap((each) =>
      each.options
        .filter(({ autocomplete }) => autocomplete)
        .flatMap(({ name }) =>
          ["", "q"].map((typed) => calling(guild, ASKER, each, { [name]: typed }, { focused: name })),
        ),
    ),
    ...["open-thread", "open-post", "open-voice", "closing"].flatMap((where) =>
      ofCards.map((each) => calling(guild, ASKER, each, plain(each), { where })),
    ),
  ]);

  // Below public cards of one who sees it all: what that one presses, and who does not.
  const cards = ofCards.flatMap((each) => {
    const isOfChannel = each.options.some(({ name, required }) => name === "channel" && !required);
    const of = isOfChannel ? ["open-forum", "closing"].map((name) => ({ channel: world.channel(name) })) : [];
    return [plain(each), ...of.map((options) => inWords(each, options))].map((options) =>
      calling(guild, INSIDER, each, options),
    );
  });
  const asked = (await write(guild, transcript, cards)).filter(({ answer }) => answer.buttons.length > 0);
  const below = asked.flatMap(({ name, answer }) =>
    [INSIDER, ASKER].flatMap((who) => pressing(name, answer, world.user(who))),
  );
  const pressed = await write(guild, transcript, below);
  // One step further: below the copies that one of them got for themselves.
  const copies = pressed.filter(({ name, answer }) => answer.ephemeral && /: Me$/.test(name));
  await write(
    guild,
    transcript,
    copies.flatMap(({ name, answer }) => pressing(name, answer, answer.user)),
  );

  // Cards that came by themselves, and what who sees nothing gets below them.
  const schedule = { command: "guildstats-admin", subcommand: "schedule add" };
  for (const [at, card] of ["server", "top-messages-channels"].entries()) {
    const options = { every: "refresh", channel: world.channel("general"), card };
    await write(guild, transcript, [calling(guild, MANAGER, schedule, options)]);
    const post = await discord.posts.posted(at + 1);
    transcript.set(`posted: ${card}`, shownOf(post, guild.names));
    const presses = pressing(`posted: ${card}`, post, world.user(ASKER));
    await write(
      guild,
      transcript,
      presses.filter(({ name }) => name.endsWith(": Text")),
    );
  }

  // A channel is hidden between a card and the next press.
  const closing = world.channel("closing");
  const overwrite = { id: world.id, type: 0, allow: "0", deny: String(VIEW_CHANNEL) } as const;
  discord.updateChannel(world, closing, { permission_overwrites: [overwrite] });
  await discord.taken();
  const later: Transcript = new Map();
  const again = asked
    .filter(({ name }) => / (server|channel) /.test(name))
    .flatMap(({ name, answer }) =>
      [INSIDER, OTHER].flatMap((who) => pressing(`later, ${name}`, answer, world.user(who))),
    );
  await write(guild, later, again);
  for (const [name, told] of later) {
    expect(told, name).not.toContain("closing");
    transcript.set(name, told);
  }
  return transcript;
}

/** What is answered to who names hidden channels, whose ids they have from somewhere. */
async function named(guild: HiddenGuild): Promise<Transcript> {
  const transcript: Transcript = new Map();
  const asked = ofCards.flatMap((each) =>
    everyCall(
      each,
      given(guild, [guild.guild.channel("general"), guild.guild.channel("Talk"), ...guild.unseen]),
    )
      .filter((options) =>
        Object.values(options).some((value) => guild.unseen.some((channel) => channel === value)),
      )
      .map((options) => calling(guild, ASKER, each, inWords(each, options))),
  );
  await write(guild, transcript, asked);
  return transcript;
}

function tells(answer: string): boolean {
  return SECRETS.some((secret) => answer.includes(secret));
}

describe("whatever is hidden from a member", () => {
  let many: HiddenGuild;
  let one: HiddenGuild;
  beforeAll(async () => {
    many = await hiddenGuild("many");
    one = await hiddenGuild("one");
  });
  afterAll(async () => {
    await many[Symbol.asyncDispose]();
    await one[Symbol.asyncDispose]();
  });

  test("changes no byte of any answer: one hidden channel or many of all kinds, by any command, option or press", {
    timeout: 600_000,
  }, async () => {
    const told = await explored(many);
    const expected = await explored(one);
    expect([...told.keys()].sort()).toEqual([...expected.keys()].sort());
    const different = [...told].filter(([name, answer]) => expected.get(name) !== answer);
    expect(different.map(([name, answer]) => [name, answer, expected.get(name)])).toEqual([]);
    expect([...told].filter(([, answer]) => tells(answer))).toEqual([]);
    expect(told.size).toBeGreaterThan(1_500);
    for (const name of ["general", "old-thread", "open-post", "Bunker"])
      expect([...told.values()].filter((answer) => answer.includes(name)).length, name).toBeGreaterThan(0);
    expect([...many.failures, ...one.failures]).toEqual([]);
    many.discord.assertClean();
  });

  test("is as if it were not there to who asks for it by its id", async () => {
    const told = await named(many);
    expect([...told].filter(([, answer]) => tells(answer))).toEqual([]);
    const contents = [...told.values()].map((answer) => JSON.parse(JSON.parse(answer)[0] ?? "{}").content);
    expect([...new Set(contents)].sort()).toEqual([
      "That category does not exist any more, or you cannot see it.",
      "That channel does not exist any more, or you cannot see it.",
    ]);
  });
});
