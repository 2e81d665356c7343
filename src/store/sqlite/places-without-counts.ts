import type { SqlStatement, SqlValue } from "./side-thread.ts";

/**
 * Removes places whose counts went. One that says how far its messages were read stays, without its name: read anew,
 * its history would be counted again. So does one in which someone is in voice.
 * @param which a condition on `place`, with its parameters
 */
export function withoutPlaces(
  guild: number,
  which: string,
  parameters: readonly SqlValue[],
): readonly SqlStatement[] {
  return [
    {
      sql: `DELETE FROM place WHERE guild = ? AND newest_message IS NULL AND first_message IS NULL
        AND NOT EXISTS (SELECT 1 FROM imported WHERE (imported.guild, imported.place) = (place.guild, place.key))
        AND key NOT IN (SELECT place FROM voice_session WHERE guild = ?) AND ${which}`,
      parameters: [guild, guild, ...parameters],
    },
    { sql: `UPDATE place SET name = NULL WHERE guild = ? AND ${which}`, parameters: [guild, ...parameters] },
  ];
}
