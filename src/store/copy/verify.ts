import type { Snowflake } from "../../snowflake.ts";
import { type CopySide, NOTHING, type Totals } from "./copy-side.ts";
import { pages } from "./mark.ts";
import { isOfGuilds, SECTIONS, type SectionName, sectionOf } from "./sections.ts";

/** Servers that are compared at once. */
const GUILDS_AT_ONCE = 500;

/** What both sides hold of a section, of a server or of all. */
export interface Comparison {
  readonly section: SectionName;
  /** `null`: all servers' together. */
  readonly guildId: Snowflake | null;
  readonly source: Totals;
  readonly target: Totals;
}

export interface Verification {
  /** Of each section, all servers together. */
  readonly sections: readonly Comparison[];
  readonly guilds: number;
  /** By server and section, where both differ; at most {@link MOST_TOLD}. */
  readonly differences: readonly Comparison[];
}

const MOST_TOLD = 20;

function isSame({ source, target }: Comparison): boolean {
  return (
    source.rows === target.rows &&
    source.messages === target.messages &&
    source.durationMs === target.durationMs
  );
}

/** Compares what two databases add up to: each section as a whole, and each section of each server. */
export async function verify(source: CopySide, target: CopySide): Promise<Verification> {
  const sections: Comparison[] = [];
  for (const section of SECTIONS) {
    const totals = { source: await source.totals(section), target: await target.totals(section) };
    sections.push({ section: section.name, guildId: null, ...totals });
  }
  const differences: Comparison[] = sections.filter((compared) => !isSame(compared));
  let guilds = 0;
  for await (const page of pages(source, sectionOf("guild"), null, GUILDS_AT_ONCE)) {
    guilds += page.length;
    for (const compared of await compareGuilds(
      source,
      target,
      page.map(([id]) => String(id)),
    )) {
      if (differences.length < MOST_TOLD && !isSame(compared)) differences.push(compared);
    }
  }
  return { sections, guilds, differences };
}

async function compareGuilds(
  source: CopySide,
  target: CopySide,
  guildIds: readonly Snowflake[],
): Promise<Comparison[]> {
  const compared: Comparison[] = [];
  for (const section of SECTIONS.filter(isOfGuilds)) {
    const here = await source.totalsOf(section, guildIds);
    const there = await target.totalsOf(section, guildIds);
    for (const guildId of guildIds) {
      const totals = { source: here.get(guildId) ?? NOTHING, target: there.get(guildId) ?? NOTHING };
      compared.push({ section: section.name, guildId, ...totals });
    }
  }
  return compared;
}
