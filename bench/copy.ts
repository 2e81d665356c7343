import { copySourceAt, copyTargetAt, storeAddress } from "../src/store/address.ts";
import { copy } from "../src/store/copy/copy.ts";
import { benchServer } from "./bench-server.ts";
import type { Bench, Figure } from "./figure.ts";
import { newFile, referenceFile } from "./files.ts";
import { inTurns, Variant, wallMs } from "./rounds.ts";

const [FILLED, EMPTY] = ["guildstats_bench_filled", "guildstats_bench_empty"];
const ROUNDS = 4;

/** What moving between stores takes, with all that is compared in the end. Needs a server to write to. */
export const copyBench: Bench = {
  name: "copy",
  title: "Moving a store",
  async run(): Promise<Figure[]> {
    await using server = await benchServer();
    const empty = async (schema: string): Promise<string> => {
      await server.empty(schema);
      return `${server.url}?schema=${schema}`;
    };
    const file = await referenceFile();
    const filled = await empty(FILLED);
    const rows = await copied(file, filled);
    const perSecond = (from: string, into: () => string | Promise<string>): Variant =>
      new Variant(async () => {
        const target = await into();
        return (rows / (await wallMs(() => copied(from, target)))) * 1_000;
      });
    const fileToFile = perSecond(file, newFile);
    const fileToServer = perSecond(file, () => empty(EMPTY));
    const serverToFile = perSecond(filled, newFile);
    const serverToServer = perSecond(filled, () => empty(EMPTY));
    await inTurns([fileToFile, fileToServer, serverToFile, serverToServer], ROUNDS);
    const baseline = { what: "file to file", value: fileToFile.median };
    const figure = (what: string, { median: value }: Variant): Figure => ({
      what: `rows copied from ${what}`,
      value,
      unit: "per s",
      baseline,
    });
    return [
      {
        ...figure("file to file", fileToFile),
        note: `the reference guild, ${rows.toLocaleString("en")} rows`,
      },
      figure("a file to a server", fileToServer),
      figure("a server to a file", serverToFile),
      figure("a server to another schema", serverToServer),
    ];
  },
};

/** @returns how many rows there were */
async function copied(from: string, into: string): Promise<number> {
  await using source = await copySourceAt(storeAddress(from));
  await using target = await copyTargetAt(storeAddress(into));
  let copiedRows = 0;
  await copy(source, target, {
    onProgress: ({ rows }) => {
      copiedRows = rows;
    },
  });
  return copiedRows;
}
