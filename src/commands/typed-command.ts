import type { Translator } from "../i18n/translator.ts";
import { ADMIN_COMMAND } from "./definitions.ts";
import type { NameKey } from "./localised.ts";

/** An admin's command as it is typed in the reader's language, with at most one option. */
export function typedCommand(
  { say }: Translator,
  path: readonly NameKey[],
  option?: { readonly name: NameKey; readonly value: string },
): string {
  const words = [`/${ADMIN_COMMAND}`, ...path.map((key) => say(key))];
  if (option) words.push(`${say(option.name)}:${option.value.replaceAll("`", "")}`);
  return `\`${words.join(" ")}\``;
}

/** That the server is turned off, and how to turn it on. */
export function disabledText(words: Translator): string {
  return words.say("answer.disabled", { command: typedCommand(words, ["command.admin-enable.name"]) });
}
