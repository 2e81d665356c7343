import { GuildStatsError } from "../errors.ts";

/**
 * Opens a database that no bot may use meanwhile; where one does, the error says what to do.
 * @param then what is done once the bot is stopped, as in "import"
 * @throws `STORE_*`
 */
export async function openedAlone<T>(open: () => Promise<T>, then: string): Promise<T> {
  try {
    return await open();
  } catch (thrown) {
    if (!(thrown instanceof GuildStatsError) || thrown.code !== "STORE_LOCKED") throw thrown;
    const message = `${thrown.message}. Stop the bot, ${then}, and start it again`;
    throw new GuildStatsError("STORE_LOCKED", message, { cause: thrown, details: thrown.details });
  }
}
