import { existsSync, realpathSync } from "node:fs";
import { type Clock, systemClock } from "../clock.ts";
import { GuildStatsError } from "../errors.ts";
import { copySourceAt, copyTargetAt, type StoreAddress } from "../store/address.ts";
import { type CopyReport, copy } from "../store/copy/copy.ts";
import type { Verification } from "../store/copy/verify.ts";
import { openedAlone } from "./bot-stopped.ts";
import { figure, plural } from "./red-lines.ts";

/** How often it is told how far a copy is, milliseconds. */
const TOLD_EVERY_MS = 2_000;

/**
 * Copies all that a store holds into another database, or goes on where that was cut off, and prints what both add up to.
 * @param tell takes how far it is, a line each
 * @throws `COPY_*`, `STORE_*`
 */
export async function copyStore(
  from: StoreAddress,
  into: StoreAddress,
  print: (line: string) => void,
  tell: (line: string) => void,
): Promise<void> {
  if (isSameFile(from, into)) {
    throw new GuildStatsError("COPY_REFUSED", `${from.shown} and ${into.shown} are the same file`);
  }
  await using source = await openedAlone(() => copySourceAt(from), "copy");
  await using target = await openedAlone(() => copyTargetAt(into), "copy");
  const verification = await copy(source, target, { onProgress: toldNowAndThen(tell, systemClock) });
  for (const line of totalsLines(verification)) print(line);
  print(`${into.shown} holds what ${from.shown} does, in ${plural(verification.guilds, "server")}`);
}

/** Asked before they are opened: the second one would find the file in use, by us. */
function isSameFile(from: StoreAddress, into: StoreAddress): boolean {
  if (from.kind !== "sqlite" || into.kind !== "sqlite") return false;
  const isThere = existsSync(from.path) && existsSync(into.path);
  return isThere && realpathSync(from.path) === realpathSync(into.path);
}

function toldNowAndThen(tell: (line: string) => void, clock: Clock): (report: CopyReport) => void {
  const startMs = clock.elapsedMs();
  let toldMs = startMs;
  let before: number | null = null;
  return ({ section, rows, ofRows }) => {
    if (before === null && rows > 0) tell(`going on behind ${figure(rows)} rows`);
    before ??= rows;
    const nowMs = clock.elapsedMs();
    const isDone = rows === ofRows;
    if (nowMs - toldMs < TOLD_EVERY_MS && !isDone) return;
    toldMs = nowMs;
    const perSecond = Math.round((rows - before) / Math.max(0.001, (nowMs - startMs) / 1_000));
    const percent = ofRows === 0 ? 100 : Math.floor((100 * rows) / ofRows);
    tell(`${section}: ${figure(rows)} of ${figure(ofRows)} rows, ${percent} %, ${figure(perSecond)} rows/s`);
    if (isDone) tell("comparing both");
  };
}

/** What both sides hold, a line a section that has any. */
function totalsLines({ sections }: Verification): string[] {
  const line = (name: string, ...figures: readonly string[]): string =>
    `${name.padEnd(17)}${figures.map((text) => text.padStart(20)).join("")}`;
  return [
    line("", "rows", "messages", "milliseconds"),
    ...sections
      .filter(({ target }) => target.rows > 0)
      .map(({ section, target: { rows, messages, durationMs } }) => {
        const counts = messages + durationMs === 0 ? [] : [figure(messages), figure(durationMs)];
        return line(section, figure(rows), ...counts);
      }),
  ];
}
