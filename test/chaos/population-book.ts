import { hourOf } from "../../src/clock.ts";
import type { During } from "./during.ts";
import type { Listener } from "./listener.ts";
import type { SharedCounts, StoredPopulation } from "./stored-counts.ts";

type Movement = "joins" | "leaves";

/** Somebody joined or left, once. */
interface Moved {
  readonly movement: Movement;
  /** Who heard of it, and when. */
  readonly heard: Map<Listener, During>;
}

/**
 * Who joined and left, and how many rows may and must tell of it.
 *
 * Nobody can read back who came and went: what no process heard is not there. What several heard is counted by the one that
 * counts the guild, and by nobody else: but for what two of them heard on different sides of a hand-over, milliseconds apart, which
 * both may count, or neither. What one heard that counted the guild then, or took it over later from another which had
 * not counted so far, is there as soon as it lived to write it. How many members there are is always known in the end.
 */
export class PopulationBook {
  /** By guild, then by "member movement": whoever comes or goes does so once. */
  readonly #moved = new Map<string, Map<string, Moved>>();
  readonly #members = new Map<string, number>();

  /** How many members a guild has from now on. */
  counts(guildId: string, members: number): void {
    this.#members.set(guildId, members);
  }

  heard(listener: Listener, guildId: string, userId: string, change: 1 | -1, during: During): void {
    const movement = change === 1 ? "joins" : "leaves";
    const all = this.#moved.get(guildId) ?? new Map<string, Moved>();
    const moved = all.get(`${userId} ${movement}`) ?? { movement, heard: new Map() };
    // A session that is resumed may deliver it once more.
    if (!moved.heard.has(listener)) moved.heard.set(listener, during);
    this.#moved.set(guildId, all.set(`${userId} ${movement}`, moved));
  }

  /** What must be stored by now at least, "guild movement" → how often. */
  least(): Map<string, number> {
    const least = new Map<string, number>();
    for (const [guildId, all] of this.#moved)
      for (const moved of all.values())
        if (isSure(guildId, moved)) add(least, `${guildId} ${moved.movement}`);
    return least;
  }

  /** @param least `null`: much may be unwritten */
  errors(
    { population }: Pick<SharedCounts, "population">,
    least: ReadonlyMap<string, number> | null,
  ): string[] {
    return [...this.#members].flatMap(([guildId, members]) => {
      const rows = population.filter((row) => row.guildId === guildId);
      const now = rows.at(-1)?.members ?? 0;
      return [
        ...this.#movementErrors(guildId, "joins", rows, least),
        ...this.#movementErrors(guildId, "leaves", rows, least),
        ...(least && now !== members ? [`members of ${guildId}: ${now} stored, ${members} there`] : []),
      ];
    });
  }

  #movementErrors(
    guildId: string,
    movement: Movement,
    rows: readonly StoredPopulation[],
    least: ReadonlyMap<string, number> | null,
  ): string[] {
    const all = [...(this.#moved.get(guildId)?.values() ?? [])].filter(
      (moved) => moved.movement === movement,
    );
    const hours = all.flatMap((moved) => possibleHours(guildId, moved));
    const [stored, atLeast] = [sum(rows, movement), least?.get(`${guildId} ${movement}`) ?? 0];
    const most = hours.length;
    const tooMany = rows.filter((row) => row[movement] > hours.filter((each) => each.has(row.hour)).length);
    return [
      ...(stored > most || stored < atLeast
        ? [`${movement} of ${guildId}: ${stored} stored, not ${atLeast} to ${most}`]
        : []),
      ...tooMany.map(
        (row) => `${movement} of ${guildId} in hour ${row.hour}: ${row[movement]} stored, fewer heard`,
      ),
    ];
  }
}

function isSure(guildId: string, { heard }: Moved): boolean {
  return [...heard].some(([listener, during]) => {
    // What is told when the line is back may have happened since it was lost, and be what the holder then had counted.
    const fromMs = listener.deafSince(guildId, during.fromMs)?.fromMs ?? during.fromMs;
    return (
      during.untilMs < listener.stoppingMs &&
      listener.tenuresOf(guildId).some((tenure) => tenure.surelyHas({ ...during, fromMs }))
    );
  });
}

/** The hours in which it may be counted, of each time in which a process that heard of it counted the guild. */
function possibleHours(guildId: string, { heard }: Moved): ReadonlySet<number>[] {
  return [...heard].flatMap(([listener, during]) =>
    listener
      .tenuresOf(guildId)
      .filter((tenure) => tenure.mayHave(during, listener.sendingMs))
      .map(() => new Set([hourOf(during.fromMs), hourOf(during.untilMs)])),
  );
}

function sum(rows: readonly StoredPopulation[], movement: Movement): number {
  return rows.reduce((all, row) => all + row[movement], 0);
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
