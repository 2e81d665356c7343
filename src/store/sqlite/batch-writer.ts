import type { Database, Statement } from "better-sqlite3";
import { LRUCache } from "lru-cache";
import { GuildStatsError } from "../../errors.ts";
import type { Batch, GuildDelta } from "../store.ts";

/** A writer that was not heard of for so long will not come back: each run of a process has its own. */
const WRITER_KEPT_MS = 30 * 86_400_000;

/** Ids whose keys are remembered; some 10 MB when full. */
const KEYS = 50_000;

interface Key {
  readonly key: number;
  /** A member's flag as the file has it; 0 for what is no member. */
  readonly bot: number;
}

/** Adds batches to the counters. One transaction a batch; a failed one leaves no trace, here or in the file. */
export class BatchWriter {
  readonly #apply: (batch: Batch) => "applied" | "duplicate";
  /** Keys by name. Only ever a shortcut to what the file says; a flush touches some hundred. */
  readonly #keys = new LRUCache<string, Key>({ max: KEYS });
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
      "INSERT INTO guild (id, since_ms) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET since_ms = coalesce(since_ms, excluded.since_ms) RETURNING key, 0 AS bot",
    );
    this.#channel = database.prepare(
      "INSERT INTO channel (guild, id) VALUES (?, ?) ON CONFLICT (guild, id) DO UPDATE SET id = id RETURNING key, 0 AS bot",
    );
    this.#member = database.prepare(
      "INSERT INTO member (guild, id, bot) VALUES (?, ?, ?) ON CONFLICT (id, guild) DO UPDATE SET bot = excluded.bot RETURNING key, bot",
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
    const guild = this.#key(guildId, 0, () => this.#guild.get(BigInt(guildId), cutAtMs));
    const channelKeys = channels.map((id) =>
      this.#key(`${guildId}#${id}`, 0, () => this.#channel.get(guild, BigInt(id))),
    );
    const memberKeys = members.map((member) => {
      const bot = member.bot ? 1 : 0;
      return this.#key(`${guildId}@${member.id}`, bot, () => this.#member.get(guild, BigInt(member.id), bot));
    });
    for (let row = 0; row < rows.hour.length; row++) {
      const channel = keyAt(channelKeys, rows.channel[row]);
      const member = keyAt(memberKeys, rows.member[row]);
      const messages = rows.messages[row] ?? 0;
      const voiceMs = rows.voiceMs[row] ?? 0;
      this.#hourly.run(guild, rows.hour[row] ?? 0, channel, member, messages, voiceMs);
      this.#lifetime.run(guild, channel, member, messages, voiceMs);
    }
  }

  #key(name: string, bot: number, make: () => Key | undefined): number {
    let known = this.#keys.get(name);
    if (known?.bot !== bot) {
      known = make();
      if (known === undefined) throw new GuildStatsError("STORE_FAILED", "the file gave no key to an id");
      this.#keys.set(name, known);
    }
    return known.key;
  }
}

function keyAt(keys: readonly number[], index: number | undefined): number {
  const key = keys[index ?? -1];
  if (key === undefined)
    throw new GuildStatsError("STORE_FAILED", `a row refers to id ${index} of ${keys.length}`);
  return key;
}
