import { isOlder, type Snowflake } from "../snowflake.ts";
import type { HistoryPage } from "./history-source.ts";
import { type IdRange, newer, older } from "./id-ranges.ts";
import type { MessageObservation } from "./observations.ts";

/** What one page fills of the range that is being imported. */
export interface PastPage extends IdRange {
  /** The countable messages of the range, oldest first. */
  readonly messages: readonly MessageObservation[];
}

/**
 * Cuts a page to what may be imported of it.
 * @param range what is left to import; the page was read backwards from its end
 * @param isOpenEnded whether messages may still appear at the range's end: it then ends behind the page's newest
 * @param isLive whether a message was counted as it came: what follows it comes, or is read back, by itself
 */
export function pastPage(
  range: IdRange,
  page: HistoryPage,
  isOpenEnded: boolean,
  isLive: (message: MessageObservation) => boolean,
): PastPage {
  const fromId = page.isLast || page.oldestId === null ? range.fromId : newer(page.oldestId, range.fromId);
  const end = !isOpenEnded ? range.untilId : page.newestId === null ? fromId : next(page.newestId);
  const inRange = page.messages.filter(({ messageId }) => !isOlder(messageId, fromId));
  const live = inRange.find(isLive);
  const untilId = older(end, live?.messageId ?? end);
  const messages = inRange.filter(({ messageId }) => isOlder(messageId, untilId));
  return { fromId, untilId, messages };
}

function next(id: Snowflake): Snowflake {
  return String(BigInt(id) + 1n);
}
