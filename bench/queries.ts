import { watched } from "./event-loop.ts";
import type { Bench, Figure } from "./figure.ts";
import { referenceFile } from "./files.ts";
import { startPlugin } from "./plugin.ts";
import { CATEGORIES, GUILD, ROLES } from "./reference-guild.ts";
import { type Spread, spreadOf, wallMs } from "./rounds.ts";

const REPEATS = 300;
const WARM_UPS = 50;
const LOADS = 5;
/** Members are asked about by rank, from the loudest to the nearly silent: their costs differ. */
const MEMBER_STEP = 37;

/** What numbers cost: from memory, and on a guild's first query, which loads it. */
export const queries: Bench = {
  name: "queries",
  title: "Queries",
  async run(): Promise<Figure[]> {
    const file = await referenceFile();
    await using plugin = await startPlugin(file);
    const { query } = plugin;
    const { guildId, members, textChannels } = GUILD;
    await query.server(guildId);
    const member = (index: number): string => members[(index * MEMBER_STEP) % members.length]?.id ?? "";
    const channel = (index: number): string => textChannels[index % textChannels.length] ?? "";
    const server = await repeated(() => query.server(guildId));
    const one = await repeated((index) => query.member(guildId, member(index)));
    const place = await repeated((index) => query.channel(guildId, channel(index)));
    const top = await repeated(() => query.top(guildId, { metric: "messages", of: "members" }));
    const deep = await repeated(() => query.top(guildId, { metric: "messages", of: "members", page: 400 }));
    const roles = await repeated(() => query.top(guildId, { metric: "messages", of: "roles" }));
    const role = await repeated((index) => query.role(guildId, ROLES[index % ROLES.length] ?? ""));
    const category = await repeated((index) =>
      query.category(guildId, CATEGORIES[index % CATEGORIES.length] ?? ""),
    );
    const messages = await repeated(() => query.messages(guildId));
    const voice = await repeated(() => query.voice(guildId));
    const rhythm = await repeated(() => query.rhythm(guildId, { metric: "messages" }));
    const compare = await repeated((index) =>
      query.compare(guildId, { of: "members", ids: [member(index), member(index + 1)] }),
    );
    const places = await repeated((index) =>
      query.compare(guildId, { of: "channels", ids: [channel(index), channel(index + 1)] }),
    );
    const loads = [];
    for (let load = 0; load < LOADS; load++) {
      await using fresh = await startPlugin(await referenceFile());
      globalThis.gc?.();
      loads.push(await watched(() => fresh.query.server(guildId)));
    }
    return [
      warm("a server query, warm", server, { kind: "at-most", value: 2 }),
      warm("a member query, warm", one, { kind: "at-most", value: 1 }),
      warm("a channel query, warm", place),
      warm("a top list, warm", top),
      warm("page 401 of a top list, warm", deep),
      warm("a top list of roles, warm", roles),
      warm("a role query, warm", role),
      warm("a category query, warm", category),
      warm("a messages query, warm", messages),
      warm("a voice query, warm", voice),
      warm("a rhythm query, warm", rhythm),
      warm("two members compared, warm", compare),
      warm("two channels compared, warm", places),
      {
        what: "a guild's first query, which loads it",
        value: spreadOf(loads.map(({ totalMs }) => totalMs)).median,
        unit: "ms",
      },
      {
        what: "longest block of the event loop meanwhile",
        value: spreadOf(loads.map(({ longestMs }) => longestMs)).median,
        unit: "ms",
        note: `rows are read and put into the window in slices; of it, processor time ${spreadOf(loads.map(({ longestCpuMs }) => longestCpuMs)).median.toFixed(1)} ms`,
      },
    ];
  },
};

function warm(what: string, { median, smallest, largest }: Spread, goal?: Figure["goal"]): Figure {
  const note = `of ${REPEATS}, the quickest took ${smallest.toFixed(2)} ms, the slowest ${largest.toFixed(1)} ms`;
  return { what, value: median, unit: "ms", note, ...(goal ? { goal } : {}) };
}

async function repeated(ask: (index: number) => Promise<unknown>): Promise<Spread> {
  const samples: number[] = [];
  for (let index = 0; index < WARM_UPS + REPEATS; index++) {
    const tookMs = await wallMs(() => ask(index));
    if (index >= WARM_UPS) samples.push(tookMs);
  }
  return spreadOf(samples);
}
