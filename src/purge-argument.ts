import { z } from "zod";
import { GuildStatsError } from "./errors.ts";
import { activityOf } from "./place-id.ts";
import { isSnowflake, type Snowflake } from "./snowflake.ts";
import type { Purge } from "./store/store.ts";

const snowflake = z.string().refine(isSnowflake);
const placeId = z.string().refine((id) => isSnowflake(id) || activityOf(id) !== null);
const purge: z.ZodType<Purge> = z.union([
  z.literal("all"),
  z.strictObject({ placeId }),
  z.strictObject({ memberIds: z.array(snowflake) }),
  z.strictObject({ metric: z.enum(["messages", "voice", "activities"]) }),
]);

/** @throws `ARGUMENT_INVALID` */
export function requirePurge(what: Purge): void {
  // What is deleted by mistake does not come back: a mistyped key must not pass for another.
  if (purge.safeParse(what).success) return;
  throw new GuildStatsError(
    "ARGUMENT_INVALID",
    `what must be "all", { placeId }, { memberIds } or { metric: "messages" | "voice" | "activities" }, got ${JSON.stringify(what)}`,
  );
}

/** @throws `ARGUMENT_INVALID` naming the argument */
export function requireSnowflake(name: string, id: Snowflake): void {
  if (isSnowflake(id)) return;
  throw new GuildStatsError("ARGUMENT_INVALID", `${name} must be a snowflake, got ${JSON.stringify(id)}`);
}
