import { GuildStatsError } from "../errors.ts";
import { isSnowflake, type Snowflake } from "../snowflake.ts";
import { TOP_METRICS, TOP_OF, type TopMetric, type TopOf } from "./views.ts";

/** @throws {GuildStatsError} `ARGUMENT_INVALID` */
export function requireSnowflake(name: string, value: unknown): void {
  if (!isSnowflake(value)) {
    throw refused(name, `must be a snowflake, got ${JSON.stringify(value)}`);
  }
}

/** @throws {GuildStatsError} `ARGUMENT_INVALID` */
export function requireOneOf(name: string, value: string, allowed: readonly string[]): void {
  if (!allowed.includes(value)) {
    throw refused(name, `must be one of ${allowed.join(", ")}, got ${JSON.stringify(value)}`);
  }
}

/** @throws {GuildStatsError} `ARGUMENT_INVALID` */
export function requirePage(page: number): void {
  if (!Number.isSafeInteger(page) || page < 0)
    throw refused("page", `must be a whole number from 0 on, got ${JSON.stringify(page)}`);
}

/** Activities happen in no channel, and only they have a list of their own. @throws {GuildStatsError} `ARGUMENT_INVALID` */
export function requireTop(metric: TopMetric, of: TopOf): void {
  requireOneOf("metric", metric, TOP_METRICS);
  requireOneOf("of", of, TOP_OF);
  if (of === "activities" && metric !== "activities")
    throw refused("metric", `must be activities for a list of activities, got ${metric}`);
  if (of === "channels" && metric === "activities")
    throw refused("of", "must not be channels when the metric is activities");
}

/** @throws {GuildStatsError} `ARGUMENT_INVALID` */
export function requireTwo(ids: readonly [Snowflake, Snowflake]): void {
  for (const id of ids) requireSnowflake("ids", id);
  if (ids[0] === ids[1]) throw refused("ids", `must differ, got ${ids[0]} twice`);
}

function refused(argument: string, problem: string): GuildStatsError {
  return new GuildStatsError("ARGUMENT_INVALID", `${argument} ${problem}`, { details: { argument } });
}
