import type { PoolConfig } from "pg";
import { type Clock, systemClock } from "../../clock.ts";
import { GuildStatsError } from "../../errors.ts";
import type { Store } from "../store.ts";
import { PoolDatabase } from "./pool-database.ts";
import { PostgresStore } from "./postgres-store.ts";
import { DEFAULT_SCHEMA, requireSchemaName } from "./schema-name.ts";

/** Where the server is, as the package pg takes it: `connectionString`, or `host`, `user`, `ssl`, `max` and others. */
export interface PostgresOptions extends PoolConfig {
  /** The schema that holds the tables, made if it is missing: a lower-case identifier. Default `"guildstats"`. */
  readonly schema?: string;
  /**
   * Whether hourly rows are in partitions of thirty days, so that old ones give their space back at once. Default
   * `true`; read only when the schema is made. `false` for engines without declarative partitions.
   */
  readonly partitioned?: boolean;
  /**
   * Whether an erasure ends with a VACUUM of the tables that held ids, which removes them from tables and indexes.
   * Default `true`. It reads these tables' indexes: with very many members rather leave it to autovacuum.
   */
  readonly vacuum?: boolean;
  /**
   * How often to ask what other processes changed, milliseconds, 250 to 60,000. Default 5,000. Usually they tell at once, by
   * NOTIFY; this is how late one hears of it where a pooler or another engine swallows that.
   */
  readonly pollIntervalMs?: number;
  /** For the turns of the event loop in long reads. Default: the host's clock. */
  readonly clock?: Clock;
}

/**
 * A store in a schema of a PostgreSQL database (15 or later), for any number of processes. Connects when GuildStats
 * starts. Needs the package `pg`.
 * @throws `OPTION_INVALID`
 */
export function postgres({
  schema = DEFAULT_SCHEMA,
  partitioned = true,
  vacuum = true,
  pollIntervalMs = 5_000,
  clock = systemClock,
  ...pool
}: PostgresOptions = {}): Store {
  requireSchemaName(schema);
  if (!(Number.isSafeInteger(pollIntervalMs) && pollIntervalMs >= 250 && pollIntervalMs <= 60_000)) {
    throw new GuildStatsError(
      "OPTION_INVALID",
      `pollIntervalMs must be a whole number from 250 to 60000, got ${pollIntervalMs}`,
      { details: { option: "pollIntervalMs", received: pollIntervalMs } },
    );
  }
  const options = { schema, partitioned, vacuum, pollIntervalMs, clock };
  return new PostgresStore(() => new PoolDatabase(pool), options);
}
