import type { Database, Statement } from "better-sqlite3";
import { LRUCache } from "lru-cache";
import { GuildStatsError } from "../../errors.ts";
import type { Snowflake } from "../../snowflake.ts";
import type { Batch, GuildDelta } from "../store.ts";

/** A writer that was not heard of for so long will not come back: each run of a process has its own. */
const WRITER_KEPT_MS = 30 * 86_400_000;

type Key = { readonly key: number };

/** Adds batches to the counters. One transaction a batch; a failed one leaves no trace, here or in the file. */
export class BatchWriter {
  readonly #apply: (batch: Batch) => "applied" | "duplicate";
  /** Keys by id: "guild", "guild/channel" or "guild/member". Only ever a shortcut to what the file says. */
  readonly #keys = new LRUCache<string, number>({ max: 200_000 });
  readonly #sequence: Statement<[string], { sequence: number }>;
  readonly #setSequence: Statement<[string, number, number]>;
  readonly #dropWriters: Statement<[number]>;
  readonly #guild: Statement<[bigint, number], Key>;
  readonly #channel: Statement<[number, bigint], Key>;
  readonly #member: Statement<[number, bigint, number], Key>;
  readonly #hourly: Statement<[number, number, number, number, number, number]>;
  readonly #lifetime: Statement<[number, number, number, number, number]>;

  constructor(database: Database) {
    this.#sequence = database.prepare("SELECT sequence FROM writer WHERE id = ?");
    this.#setSequence = database.prepare(
      "INSERT INTO writer VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence, last_ms = excluded.last_ms",
    );
    this.#dropWriters = database.prepare("DELETE FROM writer WHERE last_ms < ?");
    this.#guild = database.prepare(
      "INSERT INTO guild (id, since_ms) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET since_ms = coalesce(since_ms, excluded.since_ms) RETURNING key",
    );
    this.#channel = database.prepare(
      "INSERT INTO channel (guild, id) VALUES (?, ?) ON CONFLICT (guild, id) DO UPDATE SET id = id RETURNING key",
    );
    this.#member = database.prepare(
      "INSERT INTO member (guild, id, bot) VALUES (?, ?, ?) ON CONFLICT (id, guild) DO UPDATE SET bot = excluded.bot RETURNING key",
    );
    this.#hourly = database.prepare(
      "INSERT INTO hourly VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET messages = messages + excluded.messages, voice_ms = voice_ms + excluded.voice_ms",
    );
    this.#lifetime = database.prepare(
      "INSERT INTO lifetime VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET messages = messages + excluded.messages, voice_ms = voice_ms + excluded.voice_ms",
    );
    this.#apply = database.transaction((batch: Batch) => this.#write(batch)).immediate;
  }

  apply(batch: Batch): "applied" | "duplicate" {
    try {
      return this.#apply(batch);
    } catch (thrown) {
      // Keys that the rolled-back transaction gave out may be given to others.
      this.forgetKeys();
      throw thrown;
    }
  }

  /** Rows were deleted behind the shortcuts. */
  forgetKeys(): void {
    this.#keys.clear();
  }

  #write(batch: Batch): "applied" | "duplicate" {
    const last = this.#sequence.get(batch.writer)?.sequence ?? 0;
    if (batch.sequence <= last) return "duplicate";
    if (batch.sequence !== last + 1) {
      throw new GuildStatsError(
        "STORE_FAILED",
        `batch ${batch.sequence} came after batch ${last}: one is missing`,
        {
          details: { writer: batch.writer, sequence: batch.sequence, last },
        },
      );
    }
    for (const delta of batch.guilds) this.#add(delta, batch.cutAtMs);
    this.#setSequence.run(batch.writer, batch.sequence, batch.cutAtMs);
    if (batch.sequence === 1) this.#dropWriters.run(batch.cutAtMs - WRITER_KEPT_MS);
    return "applied";
  }

  #add({ guildId, channels, members, rows }: GuildDelta, cutAtMs: number): void {
    const guild = this.#key(guildId, () => this.#guild.get(BigInt(guildId), cutAtMs));
    const channelKeys = channels.map((id) =>
      this.#key(`${guildId}/${id}`, () => this.#channel.get(guild, BigInt(id))),
    );
    const memberKeys = members.map(({ id, bot }) =>
      // The flag is part of the shortcut, so that a changed one is written.
      this.#key(`${guildId}/${id}${bot ? " bot" : " human"}`, () =>
        this.#member.get(guild, BigInt(id), bot ? 1 : 0),
      ),
    );
    for (let row = 0; row < rows.hour.length; row++) {
      const channel = keyAt(channelKeys, rows.channel[row]);
      const member = keyAt(memberKeys, rows.member[row]);
      const messages = rows.messages[row] ?? 0;
      const voiceMs = rows.voiceMs[row] ?? 0;
      this.#hourly.run(guild, rows.hour[row] ?? 0, channel, member, messages, voiceMs);
      this.#lifetime.run(guild, channel, member, messages, voiceMs);
    }
  }

  #key(id: Snowflake, make: () => Key | undefined): number {
    let key = this.#keys.get(id);
    if (key === undefined) {
      key = make()?.key;
      if (key === undefined) throw new GuildStatsError("STORE_FAILED", `no key was given to ${id}`);
      this.#keys.set(id, key);
    }
    return key;
  }
}

function keyAt(keys: readonly number[], index: number | undefined): number {
  const key = keys[index ?? -1];
  if (key === undefined)
    throw new GuildStatsError("STORE_FAILED", `a row refers to id ${index} of ${keys.length}`);
  return key;
}
