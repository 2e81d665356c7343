import { z } from "zod";
import type { Snowflake } from "../../snowflake.ts";
import { FEATURES, type Payload, snowflakeNumber } from "../component-id.ts";

/** What a purge may be of. Their places are in ids: add at the end. */
export const PURGES = ["messages", "voice", "activities", "departed", "everything"] as const;
export type PurgeKind = (typeof PURGES)[number];

/** What a component below an admin's answer asks for. The server is the one in which it is pressed. */
export type AdminPress =
  | { readonly kind: "leave"; readonly question: Snowflake }
  /** `rows`: how many the question told of. */
  | {
      readonly kind: "purge";
      readonly of: PurgeKind;
      readonly rows: number;
      readonly question: Snowflake;
    }
  | {
      readonly kind: "merge";
      readonly from: Snowflake;
      readonly into: Snowflake;
      readonly question: Snowflake;
    }
  /** A choice of what time in voice counts. */
  | { readonly kind: "voice" }
  | { readonly kind: "voice-default" }
  /** A page of the list of what is ignored, from 0. */
  | { readonly kind: "ignored"; readonly page: number };

const KINDS = { leave: 0n, purge: 1n, merge: 2n, voice: 3n, "voice-default": 4n, ignored: 5n } as const;

const count = z.bigint().lte(BigInt(Number.MAX_SAFE_INTEGER)).transform(Number);
const feature = z.literal(FEATURES.admin);

const adminPayload = z.union([
  z
    .tuple([feature, z.literal(KINDS.leave), snowflakeNumber])
    .transform(([, , question]) => ({ kind: "leave", question }) as const),
  z
    .tuple([feature, z.literal(KINDS.purge), z.bigint().lt(BigInt(PURGES.length)), count, snowflakeNumber])
    .transform(
      ([, , of, rows, question]) =>
        ({ kind: "purge", of: PURGES[Number(of)] ?? "messages", rows, question }) as const,
    ),
  z
    .tuple([feature, z.literal(KINDS.merge), snowflakeNumber, snowflakeNumber, snowflakeNumber])
    .transform(([, , from, into, question]) => ({ kind: "merge", from, into, question }) as const),
  z.tuple([feature, z.literal(KINDS.voice)]).transform(() => ({ kind: "voice" }) as const),
  z.tuple([feature, z.literal(KINDS["voice-default"])]).transform(() => ({ kind: "voice-default" }) as const),
  z
    .tuple([feature, z.literal(KINDS.ignored), z.bigint().lte(10_000n).transform(Number)])
    .transform(([, , page]) => ({ kind: "ignored", page }) as const),
]);

/** What the id of a component below an admin's answer carries. */
export function adminPayloadOf(press: AdminPress): Payload {
  const start = [FEATURES.admin, KINDS[press.kind]];
  switch (press.kind) {
    case "leave":
      return [...start, BigInt(press.question)];
    case "voice":
    case "voice-default":
      return start;
    case "purge":
      return [...start, BigInt(PURGES.indexOf(press.of)), BigInt(press.rows), BigInt(press.question)];
    case "merge":
      return [...start, BigInt(press.from), BigInt(press.into), BigInt(press.question)];
    case "ignored":
      return [...start, BigInt(press.page)];
    default:
      return press satisfies never;
  }
}

/** `null` for a payload that is no admin's. Who may is asked again when it is pressed. */
export function parseAdminPayload(payload: Payload): AdminPress | null {
  return adminPayload.safeParse(payload).data ?? null;
}
