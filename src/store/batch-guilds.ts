import type { Snowflake } from "../snowflake.ts";
import { changesWithout } from "./batch-without.ts";
import type { Batch } from "./store.ts";

interface OfGuild {
  readonly guildId: Snowflake;
}

/** The guilds of which a batch says anything. */
export function guildsIn({
  guilds,
  settledMs,
  sessions,
  activities,
  imported,
}: Omit<Batch, "epochs">): Set<Snowflake> {
  const parts: readonly (readonly OfGuild[] | undefined)[] = [
    guilds,
    sessions?.opened,
    sessions?.closed,
    activities?.opened,
    activities?.closed,
  ];
  const ids = new Set(settledMs.keys());
  for (const part of parts) for (const { guildId } of part ?? []) ids.add(guildId);
  if (imported) ids.add(imported.guildId);
  return ids;
}

/** The batch without some guilds, under its number. */
export function withoutGuilds(batch: Batch, guildIds: ReadonlySet<Snowflake>): Batch {
  if (guildIds.size === 0) return batch;
  const isOther = ({ guildId }: OfGuild): boolean => !guildIds.has(guildId);
  const isGone = (_userId: Snowflake, guildId: Snowflake): boolean => guildIds.has(guildId);
  const { guilds, settledMs, sessions, activities, imported } = batch;
  return {
    ...batch,
    guilds: guilds.filter(isOther),
    settledMs: new Map([...settledMs].filter(([guildId]) => !guildIds.has(guildId))),
    sessions: sessions && changesWithout(sessions, isGone),
    activities: activities && changesWithout(activities, isGone),
    imported: imported && isOther(imported) ? imported : null,
  };
}
