import { isDeepStrictEqual } from "node:util";
import { type Client, Routes } from "discord.js";
import { z } from "zod";
import { asError, GuildStatsError } from "../errors.ts";
import { commandDefinitions } from "./definitions.ts";

const registered = z.array(z.looseObject({ name: z.string(), type: z.number() }));

/** The fields that a definition can set; Discord adds its own, such as ids and versions. */
const COMPARED = [
  "type",
  "description",
  "description_localizations",
  "name_localizations",
  "options",
  "default_member_permissions",
  "contexts",
  "integration_types",
  "nsfw",
] as const;

/**
 * Registers the commands globally: those that Discord does not have, or has in another form. The host's own
 * commands are left alone.
 * @returns the names that were written; empty when nothing had changed
 * @throws `REGISTRATION_FAILED`
 */
export async function registerCommands(client: Client<true>): Promise<string[]> {
  const route = Routes.applicationCommands(client.application.id);
  try {
    const query = new URLSearchParams({ with_localizations: "true" });
    const existing = registered.parse(await client.rest.get(route, { query }));
    const changed = commandDefinitions().filter((definition) => {
      const same = existing.find(
        ({ name, type }) => name === definition.name && type === (definition.type ?? 1),
      );
      return same === undefined || !isDeepStrictEqual(compared(same), compared(definition));
    });
    // One by one: writing the whole list at once would delete the host's.
    for (const body of changed) await client.rest.post(route, { body });
    return changed.map(({ name }) => name);
  } catch (thrown) {
    throw new GuildStatsError(
      "REGISTRATION_FAILED",
      `Discord did not take the slash commands: ${asError(thrown).message}`,
      { cause: thrown },
    );
  }
}

function compared(command: object): unknown {
  return meaningful(Object.fromEntries(COMPARED.map((key) => [key, Reflect.get(command, key)])));
}

/** Without what says nothing: Discord writes out defaults and leaves out empty lists, as it likes. */
function meaningful(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(meaningful);
  if (typeof value !== "object" || value === null)
    return value === null || value === false ? undefined : value;
  const entries = Object.entries(value)
    .map(([key, inner]): [string, unknown] => [key, meaningful(inner)])
    .filter(([, inner]) => inner !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
