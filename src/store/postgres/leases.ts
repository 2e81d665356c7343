import type { Snowflake } from "../../snowflake.ts";
import { guildsIn } from "../batch-guilds.ts";
import type { Claim, GuildLeases, OpenSessions, Release, Verdict } from "../leases.ts";
import type { Batch } from "../store.ts";
import { readOpenActivities } from "./activity-sessions.ts";
import { type Connection, column } from "./database.ts";
import { holdGuilds, holdKnownGuilds } from "./guild-row.ts";
import { readOpenVoice } from "./voice-sessions.ts";

/** A process that was silent for so long will not come back: its row goes when another one starts. */
const PROCESS_KEPT_MS = 86_400_000;

/** Runs a task in a transaction of its own. */
type Write = <T>(task: (connection: Connection) => Promise<T>) => Promise<T>;

interface Process {
  readonly writer: string;
  readonly number: number;
  readonly heard: number;
}

interface Lease {
  readonly holder: string | null;
  readonly epoch: number;
}

/** Who holds a guild is in the guild's own row, which a batch holds anyway. */
export class PostgresLeases implements GuildLeases {
  readonly #write: Write;
  readonly #notify: () => void;

  /** @param notify has other processes look at what they are asked for, and what is free */
  constructor(write: Write, notify: () => void) {
    this.#write = write;
    this.#notify = notify;
  }

  join(writer: string, nowMs: number): Promise<void> {
    return this.#write(async (connection) => {
      // The youngest of all stays, however long ago it ended: numbers must grow. Two that start at once may get the
      // same one, and their names decide.
      await connection.query(
        "DELETE FROM process WHERE heard_ms < $1 AND number < (SELECT max(number) FROM process)",
        [nowMs - PROCESS_KEPT_MS],
      );
      await connection.query(
        `INSERT INTO process SELECT $1, coalesce(max(number), 0) + 1, $2::bigint FROM process
         ON CONFLICT (writer) DO UPDATE SET number = excluded.number, heard_ms = excluded.heard_ms`,
        [writer, nowMs],
      );
    });
  }

  poll(writer: string, nowMs: number): Promise<readonly Snowflake[]> {
    return this.#write(async (connection) => {
      // One that was forgotten is the oldest of all.
      await connection.query(
        `INSERT INTO process VALUES ($1, 0, $2)
         ON CONFLICT (writer) DO UPDATE SET heard_ms = excluded.heard_ms`,
        [writer, nowMs],
      );
      const { rows } = await connection.query<{ id: string }>(
        "SELECT guild_id::text AS id FROM guild WHERE holder = $1 AND wanted",
        [writer],
      );
      return rows.map(({ id }) => id);
    });
  }

  async claim(claim: Claim): Promise<readonly Verdict[]> {
    const { verdicts, asked } = await this.#write(async (connection) => {
      const likely = judge(claim, await readProcesses(connection, claim));
      // Most of what a process stands by for is held by others, again and again: no row is locked to learn that.
      const seen = await readLeases(
        connection,
        claim.wishes.map(({ guildId }) => guildId),
      );
      const open = new Map(
        claim.wishes
          .filter(({ guildId, insists }) => likely(seen.get(guildId)?.holder ?? null, insists) !== "held")
          .map(({ guildId, insists }) => [guildId, insists]),
      );
      const granted: Snowflake[] = [];
      const asked: Snowflake[] = [];
      const leases = await heldLeases(connection, open.keys());
      // Read again: whoever has one of them by now may have started meanwhile, or said that it lives.
      const certain = open.size === 0 ? likely : judge(claim, await readProcesses(connection, claim));
      for (const [guildId, { holder }] of leases) {
        const kind = certain(holder, open.get(guildId) ?? false);
        if (kind === "granted") granted.push(guildId);
        else if (kind === "asked") asked.push(guildId);
      }
      const verdicts = new Map<Snowflake, Verdict>(
        claim.wishes.map(({ guildId }) => [guildId, { guildId, kind: "held" }]),
      );
      for (const verdict of await grant(connection, granted, claim.writer))
        verdicts.set(verdict.guildId, verdict);
      for (const guildId of asked) verdicts.set(guildId, { guildId, kind: "asked" });
      return { verdicts: [...verdicts.values()], asked: await ask(connection, asked) };
    });
    if (asked > 0) this.#notify();
    return verdicts;
  }

  async release(writer: string, releases: readonly Release[]): Promise<void> {
    await this.#write(async (connection) => {
      // One that was erased meanwhile does not come back for that.
      await holdKnownGuilds(
        connection,
        releases.map(({ guildId }) => guildId),
      );
      await connection.query(
        `UPDATE guild SET holder = NULL, wanted = false, settled_ms = greatest(settled_ms, given.settled)
         FROM unnest($2::bigint[], $3::bigint[], $4::bigint[]) AS given (id, epoch, settled)
         WHERE guild_id = given.id AND guild.epoch = given.epoch AND holder = $1`,
        [
          writer,
          column(releases.map(({ guildId }) => guildId)),
          column(releases.map(({ epoch }) => epoch)),
          column(releases.map(({ settledMs }) => settledMs)),
        ],
      );
    });
    this.#notify();
  }

  async leave(writer: string): Promise<void> {
    await this.#write((connection) =>
      connection.query("UPDATE process SET heard_ms = 0 WHERE writer = $1", [writer]),
    );
    this.#notify();
  }

  openSessions(guildIds: readonly Snowflake[]): Promise<OpenSessions> {
    return this.#write(async (connection) => ({
      voice: await readOpenVoice(connection, guildIds),
      activities: await readOpenActivities(connection, guildIds),
    }));
  }
}

/**
 * The guilds of a batch that its writer does not hold under the batch's epochs. Certain for those that are told, and for
 * the others once their rows are held: an epoch that is over does not come back.
 */
export async function notHeld(connection: Connection, batch: Batch): Promise<ReadonlySet<Snowflake>> {
  const { epochs, writer } = batch;
  if (epochs === null) return new Set();
  const ids = guildsIn(batch);
  for (const [guildId, { holder, epoch }] of await readLeases(connection, ids))
    if (holder === writer && epoch === epochs.get(guildId)) ids.delete(guildId);
  return ids;
}

/** Those that have not ended, and the one that asks. */
async function readProcesses(connection: Connection, { writer }: Claim): Promise<readonly Process[]> {
  const { rows } = await connection.query<Process>(
    "SELECT writer, number, heard_ms AS heard FROM process WHERE heard_ms > 0 OR writer = $1",
    [writer],
  );
  return rows;
}

/** Who may have a guild, by who holds it. */
function judge({ writer, aliveSinceMs, outlives }: Claim, processes: readonly Process[]) {
  const known = new Map(processes.map((process) => [process.writer, process]));
  const own = known.get(writer) ?? { writer, number: 0, heard: 0 };
  return (holder: string | null, insists: boolean): Verdict["kind"] => {
    const other = holder === null || holder === writer ? undefined : known.get(holder);
    if (other === undefined) return "granted";
    const isSilent = outlives && other.heard < aliveSinceMs;
    const isYounger = other.number === own.number ? other.writer > writer : other.number > own.number;
    if (isYounger) return isSilent ? "granted" : "held";
    return isSilent || insists ? "granted" : "asked";
  };
}

/** Of those guilds that have a row. */
async function readLeases(
  connection: Connection,
  guildIds: Iterable<Snowflake>,
): Promise<ReadonlyMap<Snowflake, Lease>> {
  const { rows } = await connection.query<Lease & { readonly id: Snowflake }>(
    "SELECT guild_id::text AS id, holder, epoch FROM guild WHERE guild_id = ANY ($1::bigint[])",
    [column(guildIds)],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** Holds the rows of guilds, and only then reads them: what another transaction changed meanwhile is in the answer. */
async function heldLeases(
  connection: Connection,
  guildIds: Iterable<Snowflake>,
): Promise<ReadonlyMap<Snowflake, Lease>> {
  const ids = [...guildIds];
  if (ids.length === 0) return new Map();
  await holdGuilds(connection, ids, null, null);
  return await readLeases(connection, ids);
}

/** @returns of how many it was not known that another process wants them */
async function ask(connection: Connection, guildIds: readonly Snowflake[]): Promise<number> {
  if (guildIds.length === 0) return 0;
  const { changes } = await connection.query(
    "UPDATE guild SET wanted = true WHERE guild_id = ANY ($1::bigint[]) AND NOT wanted",
    [column(guildIds)],
  );
  return changes;
}

/** Gives guilds to a process, whose rows are held. */
async function grant(
  connection: Connection,
  guildIds: readonly Snowflake[],
  writer: string,
): Promise<readonly Verdict[]> {
  if (guildIds.length === 0) return [];
  // A grant whose answer was lost is repeated: nothing was counted under it.
  const { rows } = await connection.query<{ guildId: string; epoch: number; settledMs: number | null }>(
    `UPDATE guild SET holder = $2, epoch = epoch + 1, wanted = false
     WHERE guild_id = ANY ($1::bigint[])
     RETURNING guild_id::text AS "guildId", epoch, settled_ms AS "settledMs"`,
    [column(guildIds), writer],
  );
  return rows.map((row) => ({ ...row, kind: "granted" }));
}
