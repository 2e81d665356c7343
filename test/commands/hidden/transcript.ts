import { createHash } from "node:crypto";
import { COMPONENT_PREFIX } from "../../../src/commands/component-id.ts";
import type { LoopbackInteraction } from "../../loopback/interaction.ts";
import type { Message } from "../../loopback/payloads.ts";
import type { ShownMessage } from "../../loopback/shown-message.ts";

const SIGNATURE_BYTES = 12;

/** What someone sees of a message, and what its bytes carry: ids of components are read, not only looked at. */
export function shownOf(message: ShownMessage, names: ReadonlyMap<string, string>): string {
  const idOf = (customId: string): string => carriedBy(customId).map(nameOf).join(" ");
  const nameOf = (number: string): string => names.get(number) ?? (number.length > 15 ? "?" : number);
  return JSON.stringify({
    isPrivate: message.ephemeral,
    content: message.content,
    text: message.text,
    spoken: message.descriptions,
    files: message.files.map(({ name, description, data }) => [name, description, pixels(data)]),
    data: message.files.filter(({ name }) => !name.endsWith(".png")).map(({ data }) => data.toString()),
    buttons: message.buttons.map(({ customId, ...button }) => ({ ...button, id: idOf(customId) })),
    selects: message.selects.map(({ customId, ...select }) => ({ ...select, id: idOf(customId) })),
  });
}

/** All that an interaction was answered with; a message that was there before, and stays, is none of it. */
export async function answerOf(
  answer: LoopbackInteraction,
  before: Message | null,
  names: ReadonlyMap<string, string>,
): Promise<string> {
  if (answer.isAutocomplete) return JSON.stringify((await answer.acked()).suggestions);
  await answer.settled();
  if (answer.state === "deleted") await answer.followedUp();
  const isNew = answer.original !== null && answer.original !== before;
  return JSON.stringify([
    isNew ? shownOf(answer, names) : null,
    answer.followUps.map(({ content }) => content),
  ]);
}

function pixels(data: Buffer): string {
  return createHash("sha256").update(data).digest("base64");
}

/** The numbers in a component's id, as anybody may read them: seven bits a byte behind the signature. */
function carriedBy(customId: string): readonly string[] {
  const numbers: string[] = [];
  let [value, shift] = [0n, 0n];
  const bytes = Buffer.from(customId.slice(COMPONENT_PREFIX.length), "base64url");
  for (const byte of bytes.subarray(SIGNATURE_BYTES)) {
    value |= BigInt(byte & 0x7f) << shift;
    shift += 7n;
    if (byte >= 0x80) continue;
    numbers.push(value.toString());
    [value, shift] = [0n, 0n];
  }
  return numbers;
}
