import type { Snowflake } from "../snowflake.ts";
import type { Period } from "./views.ts";

/** What a view takes from a query's options, defaults filled in. */
export interface Selection {
  readonly period: Period;
  /** Which channels may be listed. */
  readonly listsChannel: (channelId: Snowflake) => boolean;
}
