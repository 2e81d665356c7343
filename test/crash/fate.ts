import type { BotProcess } from "./bot-process.ts";

/** When a run of the bot ends, and how. */
export type Fate =
  /** While it opens its file and logs in, so many turns after it began. */
  | { readonly at: "starting"; readonly turns: number }
  /** While it reads back what it missed, after so many pages. */
  | { readonly at: "recovering"; readonly pages: number }
  /** Right before or after it writes its n-th batch. */
  | { readonly at: "batch"; readonly nth: number; readonly when: "before" | "after" }
  /** So many turns after its n-th batch, wherever that is. */
  | { readonly at: "writing"; readonly nth: number; readonly turns: number }
  /** In the middle of life, after so many steps of it. */
  | { readonly at: "living"; readonly steps: number }
  /** By SIGTERM, with everything taken and most of it unwritten. */
  | { readonly at: "asked"; readonly steps: number };

/** @param random numbers in [0, 1) */
export function drawFate(random: () => number): Fate {
  const below = (bound: number): number => Math.floor(random() * bound);
  switch (below(12)) {
    case 0:
      return { at: "starting", turns: below(2 ** below(16)) };
    case 1:
    case 2:
      return { at: "recovering", pages: below(8) };
    case 3:
    case 4:
    case 5:
      return { at: "batch", nth: 1 + below(30), when: below(2) === 0 ? "before" : "after" };
    case 6:
    case 7:
      return { at: "writing", nth: 1 + below(60), turns: below(12) };
    case 8:
    case 9:
    case 10:
      return { at: "living", steps: below(120) };
    default:
      return { at: "asked", steps: below(60) };
  }
}

/** Whether the moment has come for the parent to end it. A bot that dies at a batch ends itself. */
export function hasCome(fate: Fate, bot: BotProcess, pages: number, steps: number): boolean {
  switch (fate.at) {
    case "starting":
      return bot.told("starting");
    case "recovering":
      return pages >= fate.pages && bot.told("ready");
    case "batch":
      return false;
    case "writing":
      return bot.batches >= fate.nth;
    case "living":
    case "asked":
      return steps >= fate.steps;
    default:
      return fate satisfies never;
  }
}
