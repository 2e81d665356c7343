import { counted, type Finding, ok, problem, remark } from "../finding.ts";
import type { Connection, Database } from "./database.ts";
import { readCopyProgress } from "./half-copied.ts";
import { requireCurrent } from "./migrate.ts";
import { storeError } from "./postgres-error.ts";
import { MIGRATIONS } from "./schema.ts";
import { Transactions } from "./transactions.ts";

/** Servers whose totals are compared at once. */
const GUILDS_AT_ONCE = 500;

const PAGE = `SELECT array_agg(guild_id)::text AS ids, max(guild_id)::text AS last FROM (
  SELECT guild_id FROM guild WHERE guild_id > $1::bigint ORDER BY guild_id LIMIT ${GUILDS_AT_ONCE}) AS page`;

/** Rows of lifetime totals that are less than their hours and days, or more. */
const DIFFERENCES = `
  SELECT count(*) FILTER (WHERE messages < 0 OR ms < 0) AS less, count(*) FILTER (WHERE messages >= 0 AND ms >= 0) AS more
  FROM (
    SELECT sum(messages) AS messages, sum(ms) AS ms FROM (
      SELECT guild_id, place, member, state, messages, duration_ms AS ms FROM lifetime WHERE guild_id = ANY ($1::bigint[])
      UNION ALL
      SELECT guild_id, place, member, state, -messages, -duration_ms FROM hourly WHERE guild_id = ANY ($1::bigint[])
      UNION ALL
      SELECT guild_id, place, member, state, -messages, -duration_ms FROM daily WHERE guild_id = ANY ($1::bigint[])
    ) AS cells
    GROUP BY guild_id, place, member, state HAVING sum(messages) <> 0 OR sum(ms) <> 0
  ) AS differing`;

/**
 * Checks a schema, one check after another, and only reads it; bots may use it meanwhile. A server looks after its pages
 * and indexes by itself.
 * @throws `STORE_FAILED` when there is none of this version, `STORE_FOREIGN`, `STORE_NEWER`, `STORE_UNREACHABLE` and others
 */
export async function* examineSchema(
  connect: () => Database,
  schema: string,
): AsyncGenerator<Finding & { readonly check: string }> {
  const transactions = new Transactions(connect(), schema);
  try {
    await transactions.snapshot((connection) => requireCurrent(connection, schema));
    yield { check: "schema", ...ok(`its version is ${MIGRATIONS.length}, as it should be`) };
    yield { check: "copy", ...(await transactions.snapshot(whole)) };
    yield { check: "totals", ...(await totals(transactions)) };
  } catch (thrown) {
    throw storeError(thrown, schema);
  } finally {
    await transactions.close();
  }
}

async function whole(connection: Connection): Promise<Finding> {
  const progress = await readCopyProgress(connection);
  return progress === null
    ? ok("it is not half of a copy")
    : problem(
        `it holds half of a copy of ${progress.source}`,
        "finish it by the same guildstats copy, or drop the schema",
      );
}

/** As of a file: a total is at least the sum of its hours and days, and more once days expired, or after an import. */
async function totals(transactions: Transactions): Promise<Finding> {
  let [less, more] = [0, 0];
  for (let last: string | null = "0"; last !== null; ) {
    const from: string = last;
    last = await transactions.snapshot(async (connection) => {
      const page = (await connection.query<{ ids: string; last: string | null }>(PAGE, [from])).rows[0];
      if (!page?.last) return null;
      const { rows } = await connection.query<{ less: number; more: number }>(DIFFERENCES, [page.ids]);
      less += rows[0]?.less ?? 0;
      more += rows[0]?.more ?? 0;
      return page.last;
    });
  }
  if (less > 0) {
    return problem(
      `totals below the sum of their hours and days: ${counted(less, "row")}`,
      "GuildStats writes both or none, so something else changed the tables: put back a backup, or report it; counting goes on all the same",
    );
  }
  if (more > 0) {
    return remark(
      `totals above the sum of their hours and days: ${counted(more, "row")}; so it is after days expired, or after an import`,
    );
  }
  return ok("each total equals the sum of its hours and days");
}
