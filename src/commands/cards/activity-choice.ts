import type { AutocompleteInteraction } from "discord.js";
import { shortened } from "../../cards/shortened.ts";
import { foldedName } from "../../place-id.ts";
import type { Snowflake } from "../../snowflake.ts";
import { textHash } from "../component-id.ts";
import type { CommandContext } from "../context.ts";

/** Discord's bounds of what is suggested (API reference, "Autocomplete"). */
const MOST_CHOICES = 25;
const LONGEST_CHOICE = 100;
/** A name that is too long to be a choice's value is suggested by its hash. */
const BY_HASH = /^#([0-9a-f]{16})$/;

/** What stands for an activity in ids: people type names in any case of letters. */
export function activityHash(name: string): bigint {
  return textHash(foldedName(name));
}

/** The hash of the activity that someone typed, or picked from what was suggested. */
export function typedActivity(text: string): bigint {
  const [, hash] = BY_HASH.exec(text) ?? [];
  return hash === undefined ? activityHash(text.trim()) : BigInt(`0x${hash}`);
}

/** The name of a guild's activity; `null` when it never counted one of that hash. */
export async function activityByHash(
  context: CommandContext,
  guildId: Snowflake,
  hash: bigint,
): Promise<string | null> {
  const names = await context.queries.activityNames(guildId);
  return names.find((name) => activityHash(name) === hash) ?? null;
}

/** Suggests activities that the guild counted: those that begin with what is typed first, then those of most time. */
export async function suggestActivities(
  context: CommandContext,
  interaction: AutocompleteInteraction<"cached">,
): Promise<void> {
  const { guildId } = interaction;
  const isAsked = context.countsActivities && context.isEnabled(guildId);
  const names = isAsked ? await namesOf(context, guildId) : [];
  await interaction.respond(suggestions(names, typedIn(interaction)));
}

/** What is being typed; nothing where another version of the command has no text there. */
function typedIn({ options }: AutocompleteInteraction<"cached">): string {
  try {
    return String(options.getFocused());
  } catch {
    return "";
  }
}

/** None when the store fails: a suggestion is no place to say so. */
async function namesOf(context: CommandContext, guildId: Snowflake): Promise<readonly string[]> {
  try {
    return await context.queries.activityNames(guildId);
  } catch (thrown) {
    context.failed(thrown);
    return [];
  }
}

/** @param names those of most time first */
export function suggestions(
  names: readonly string[],
  typed: string,
): { readonly name: string; readonly value: string }[] {
  const sought = foldedName(typed.trim());
  const found = names.filter((name) => foldedName(name).includes(sought));
  const [beginning, others] = [true, false].map((begins) =>
    found.filter((name) => foldedName(name).startsWith(sought) === begins),
  );
  return [...(beginning ?? []), ...(others ?? [])].slice(0, MOST_CHOICES).map((name) => ({
    name: shortened(name, LONGEST_CHOICE),
    value: name.length > LONGEST_CHOICE ? `#${activityHash(name).toString(16).padStart(16, "0")}` : name,
  }));
}
