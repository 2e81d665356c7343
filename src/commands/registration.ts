import type { ApplicationCommandData, Client } from "discord.js";
import { asError, GuildStatsError } from "../errors.ts";
import { commandDefinitions } from "./definitions.ts";

/**
 * Registers the commands globally: those that Discord does not have, or has in another form. The host's own
 * commands are left alone.
 * @returns the names that were written; empty when nothing had changed
 * @throws `REGISTRATION_FAILED`
 */
export async function registerCommands(client: Client<true>): Promise<string[]> {
  const { commands } = client.application;
  try {
    const existing = await commands.fetch({ withLocalizations: true, cache: false });
    const changed = commandDefinitions().filter(
      // equals() reads the REST form as well; only its type does not say so under exact optional properties.
      (definition) =>
        !existing.some(
          (command) =>
            command.name === definition.name && command.equals(definition as ApplicationCommandData),
        ),
    );
    for (const definition of changed) await commands.create(definition);
    return changed.map(({ name }) => name);
  } catch (thrown) {
    throw new GuildStatsError(
      "REGISTRATION_FAILED",
      `Discord did not take the slash commands: ${asError(thrown).message}`,
      { cause: thrown },
    );
  }
}
