import { GuildStatsError } from "../../errors.ts";

const IDENTIFIER = /^[a-z_][a-z0-9_]{0,50}$/;

/** The schema in which a store is, when nothing else is said. */
export const DEFAULT_SCHEMA = "guildstats";

/** @throws `OPTION_INVALID` unless it is a lower-case identifier, which needs no quotes */
export function requireSchemaName(schema: string): void {
  if (IDENTIFIER.test(schema)) return;
  throw new GuildStatsError("OPTION_INVALID", `schema must match ${IDENTIFIER}, got ${schema}`, {
    details: { option: "schema", received: schema },
  });
}
