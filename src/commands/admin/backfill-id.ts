import { z } from "zod";
import type { Snowflake } from "../../snowflake.ts";
import { FEATURES, type Payload, snowflakeNumber } from "../component-id.ts";
import type { ImportRequest } from "./past-imports.ts";

/** What a button of an import asks for. The server is the one in which it is pressed. */
export type BackfillPress =
  | {
      readonly kind: "start";
      readonly bounds: Omit<ImportRequest, "guildId">;
      readonly question: Snowflake;
    }
  | { readonly kind: "leave"; readonly question: Snowflake }
  | { readonly kind: "cancel" };

const KINDS = { start: 0n, leave: 1n, cancel: 2n } as const;

const orNothing = <T>(shape: z.ZodType<T, bigint>) => z.union([z.literal(0n).transform(() => null), shape]);
/** Zero stands for no bound, so that instants are moved by one. */
const instant = z
  .bigint()
  .lte(BigInt(Number.MAX_SAFE_INTEGER))
  .transform((value) => Number(value) - 1);

const backfillPayload = z.union([
  z
    .tuple([z.literal(FEATURES.backfill), z.literal(KINDS.leave), snowflakeNumber])
    .transform(([, , question]) => ({ kind: "leave", question }) as const),
  z
    .tuple([z.literal(FEATURES.backfill), z.literal(KINDS.cancel)])
    .transform(() => ({ kind: "cancel" }) as const),
  z
    .tuple([
      z.literal(FEATURES.backfill),
      z.literal(KINDS.start),
      orNothing(snowflakeNumber),
      orNothing(instant),
      orNothing(instant),
      snowflakeNumber,
    ])
    .transform(
      ([, , channelId, sinceMs, untilMs, question]) =>
        ({ kind: "start", bounds: { channelId, sinceMs, untilMs }, question }) as const,
    ),
]);

/** What the id of an import's button carries. */
export function backfillPayloadOf(press: BackfillPress): Payload {
  const kind = KINDS[press.kind];
  if (press.kind === "cancel") return [FEATURES.backfill, kind];
  const question = BigInt(press.question);
  if (press.kind === "leave") return [FEATURES.backfill, kind, question];
  const { channelId, sinceMs, untilMs } = press.bounds;
  const moved = (ms: number | null): bigint => (ms === null ? 0n : BigInt(ms) + 1n);
  return [FEATURES.backfill, kind, BigInt(channelId ?? 0), moved(sinceMs), moved(untilMs), question];
}

/** `null` for a payload that is no import's. Who may is asked again when it is pressed. */
export function parseBackfillPayload(payload: Payload): BackfillPress | null {
  return backfillPayload.safeParse(payload).data ?? null;
}
