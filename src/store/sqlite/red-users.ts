/**
 * Removes users of whom nothing is staged any more. The table is written anew, as in an erasure, so that their ids
 * are not left in gaps of its pages: who erases them later could not know to look there.
 */
export const SWEEP_RED_USERS: readonly string[] = [
  `CREATE TEMP TABLE red_kept AS SELECT key, id FROM red_member
   WHERE key IN (SELECT member FROM red_lifetime) ORDER BY key`,
  "DELETE FROM red_member",
  "INSERT INTO red_member (key, id) SELECT key, id FROM red_kept",
  "DROP TABLE red_kept",
];
