import { expect, test } from "vitest";
import { seededRandom } from "../../examples/demo/random.ts";
import { drawAttempt, type Erased, ErasureRun } from "./erasure-run.ts";

/** `npm run crash` kills 200 times. */
const KILLS = Number(process.env["GUILDSTATS_KILLS"] ?? 6);
const SEED = Number(process.env["GUILDSTATS_SEED"] ?? 1);

test(
  `killed ${KILLS} times at random moments of erasures, of members and of guilds it left, a bot finishes each of them: no file holds an id, and nobody comes back`,
  async () => {
    await using run = await ErasureRun.start(SEED);
    const random = seededRandom(SEED);
    const tally: Record<string, number> = {};
    const gone: Erased[] = [];
    for (let kill = 1; kill <= KILLS; kill++) {
      const attempt = drawAttempt(random);
      const where = `kill ${kill}, seed ${SEED}: ${JSON.stringify(attempt)}`;
      const { erased, isConfirmed, isWished, atDeath } = await run.attempt(attempt);
      // Who was told that it is done is in no file any more, whatever happens then.
      if (isConfirmed) expect(atDeath, where).toEqual([]);
      const left = await run.afterwards(erased);
      const isBegun = isConfirmed || isWished || atDeath.length === 0;
      if (isBegun) expect(left, where).toEqual([]);
      else {
        // It died before it could note the wish, and nobody was told otherwise.
        expect(left, where).toEqual(erased.ids);
        await run.again(erased);
        expect(await run.afterwards(erased), where).toEqual([]);
      }
      const outcome = isConfirmed
        ? "done"
        : isWished
          ? "finished later"
          : isBegun
            ? "done, untold"
            : "not begun";
      tally[outcome] = (tally[outcome] ?? 0) + 1;
      gone.push(erased);
    }
    await run.end();
    expect(run.tracesOf(gone.flatMap(({ ids }) => ids))).toEqual([]);
    expect(run.storedRows).toBe(ErasureRun.storedRows);
    expect(run.failures).toEqual([]);
    if (process.env["GUILDSTATS_KILLS"]) console.info(JSON.stringify(tally));
    run.discord.assertClean();
  },
  60_000 + KILLS * 60_000,
);
