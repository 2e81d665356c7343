import { z } from "zod";
import { isSnowflake } from "../snowflake.ts";
import { COMPONENT_PREFIX } from "./card-state.ts";
import type { ImportRequest } from "./past-imports.ts";

/** What a button of an import asks for. The server is the one in which it is pressed. */
export type BackfillPress =
  | { readonly kind: "start"; readonly bounds: Omit<ImportRequest, "guildId"> }
  | { readonly kind: "leave" }
  | { readonly kind: "cancel" };

const PREFIX = `${COMPONENT_PREFIX}backfill:`;

/** Stops the import that runs. */
export const CANCEL_ID = `${PREFIX}cancel`;
/** Starts none. */
export const LEAVE_ID = `${PREFIX}leave`;

const orNothing = <T>(shape: z.ZodType<T, string>) => z.union([z.literal("").transform(() => null), shape]);
const instant = z
  .string()
  .regex(/^[0-9]{1,15}$/)
  .transform(Number);
const startFields = z.tuple([
  z.literal("start"),
  orNothing(z.string().refine(isSnowflake)),
  orNothing(instant),
  orNothing(instant),
]);

/** The id of the button that starts an import; below Discord's bound of 100 characters. */
export function startId({ channelId, sinceMs, untilMs }: ImportRequest): string {
  return PREFIX + ["start", channelId ?? "", sinceMs ?? "", untilMs ?? ""].join(":");
}

/** `null` for an id that this version did not make. Ids can be forged: check again who presses. */
export function parseBackfillId(id: string): BackfillPress | null {
  if (id === CANCEL_ID) return { kind: "cancel" };
  if (id === LEAVE_ID) return { kind: "leave" };
  if (!id.startsWith(PREFIX)) return null;
  const parsed = startFields.safeParse(id.slice(PREFIX.length).split(":"));
  if (!parsed.success) return null;
  const [, channelId, sinceMs, untilMs] = parsed.data;
  return { kind: "start", bounds: { channelId, sinceMs, untilMs } };
}
