import { formatPercent } from "../i18n/format.ts";
import type { Change } from "./card.ts";
import type { Words } from "./words.ts";

/** From this multiple on a percentage says nothing to people any more. */
const MANIFOLD = 10;

/**
 * A figure beside the one of the period before.
 * @param now at least 0
 * @param before at least 0; `null`: not known
 * @param isJudged whether more of it is better
 * @returns `null` when nothing is known, or nothing happened in either
 */
export function changeOf(now: number, before: number | null, words: Words, isJudged = true): Change | null {
  const { say, locale } = words;
  if (before === null || (now === 0 && before === 0)) return null;
  if (before === 0) return { direction: "up", text: say("change.new"), spoken: say("change.new"), isJudged };
  if (now / before >= MANIFOLD) {
    const factor = words.number(Math.floor(now / before));
    const spoken = say("change.manifoldSpoken", { factor });
    return { direction: "up", text: say("change.manifold", { factor }), spoken, isJudged };
  }
  const percent = Math.round((Math.abs(now - before) / before) * 100);
  if (percent === 0)
    return { direction: "same", text: say("change.same"), spoken: say("change.same"), isJudged };
  const direction = now > before ? "up" : "down";
  // All is gone only when nothing is left.
  const share = formatPercent(
    (direction === "down" && now > 0 ? Math.min(percent, 99) : percent) / 100,
    locale,
  );
  return { direction, text: share, spoken: say(`change.${direction}`, { share }), isJudged };
}
