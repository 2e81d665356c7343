import { expect, test } from "vitest";
import { seededRandom } from "../../examples/demo/random.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { CrashRun, type Life } from "./crash-run.ts";
import { drawFate } from "./fate.ts";
import { LivelyDiscord } from "./lively-discord.ts";

/** `npm run crash` kills 200 times. */
const KILLS = Number(process.env["GUILDSTATS_KILLS"] ?? 12);
const SEED = Number(process.env["GUILDSTATS_SEED"] ?? 1);

test(
  `killed ${KILLS} times at random moments, a bot counts nothing twice, and has all messages again after reading back, and all time in voice of who stayed`,
  async () => {
    using folder = temporaryFolder();
    await using lively = await LivelyDiscord.start(SEED);
    const { ledger } = lively;
    using run = new CrashRun(lively, folder.file("stats.db"));
    // Drawn apart from what happens meanwhile: how much that is depends on the machine.
    const random = seededRandom(SEED);
    const lives: Life[] = [await run.live({ at: "living", steps: 40 })];
    while (lives.filter(({ how }) => how === "SIGKILL").length < KILLS) {
      const life = await run.live(drawFate(random));
      lives.push(life);
      const { fate, how, counts, whole, failures } = life;
      const where = `life ${lives.length}, seed ${SEED}: ${JSON.stringify(fate)}`;
      expect(how, where).toBe(fate.at === "asked" ? "SIGTERM" : "SIGKILL");
      expect(failures, where).toEqual([]);
      for (const stored of whole ? [whole.counts, counts] : [counts]) {
        expect(stored.integrity, where).toBe("ok");
        expect(stored.lifetimeErrors, where).toEqual([]);
      }
      expect(ledger.messageErrors(counts), where).toEqual([]);
      expect(ledger.voiceErrors(counts), where).toEqual([]);
      if (whole)
        expect(Object.fromEntries(whole.counts.messages), where).toEqual(Object.fromEntries(whole.said));
    }
    if (process.env["GUILDSTATS_KILLS"]) console.info(summary(lives));
    lively.discord.assertClean();
  },
  KILLS * 60_000,
);

/** What a run of many kills was made of. */
function summary(lives: readonly Life[]): string {
  const fates: Record<string, number> = {};
  for (const { fate } of lives) fates[fate.at] = (fates[fate.at] ?? 0) + 1;
  return JSON.stringify({
    lives: lives.length,
    fates,
    betweenBatches: lives.filter(({ isTorn }) => isTorn).length,
    wholeAgain: lives.filter(({ whole }) => whole !== null).length,
    messages: [...(lives.at(-1)?.counts.messages.values() ?? [])].reduce((sum, count) => sum + count, 0),
  });
}
