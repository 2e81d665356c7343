import fc from "fast-check";
import { snowflakeAt } from "../../../src/snowflake.ts";
import type { ScheduledPost } from "../../../src/store/scheduled-post.ts";
import {
  type ActivitySession,
  type Batch,
  type GuildSettings,
  type PopulationRow,
  type Store,
  UNSET_SETTINGS,
  type VoiceSession,
} from "../../../src/store/store.ts";
import { batchOf, type Row, unique } from "../batches.ts";
import { channelOf, past } from "../red-conformance.ts";
import { rollUpWhole } from "../rolling-up.ts";

/** 2^53 + 1, which no double holds, the largest there is, and one that sorts before both as text, and behind as a number. */
export const GUILDS = ["9007199254740993", "9223372036854775807", "77", "200000000000000001"] as const;
export const PLACES = ["300000000000000001", "9223372036854775806", "0:Chess", "2:Ünïcode ‮𝄞 '\""] as const;
export const MEMBERS = ["400000000000000001", "9007199254740993", "400000000000000003"] as const;
export const HOUR = 490_000;
const HOUR_MS = 3_600_000;

const guild = fc.constantFrom(...GUILDS);
const member = fc.constantFrom(...MEMBERS);
const instant = fc.nat(8e15);
const redChannel = fc.constantFrom("500000000000000001", "500000000000000002");
const hash = fc.constantFrom(...["a", "b", "c"].map((digit) => digit.repeat(64)));

const rows: fc.Arbitrary<Row[]> = fc
  .array(
    fc.record(
      {
        guild,
        hour: fc.integer({ min: HOUR, max: HOUR + 2_000 }),
        place: fc.constantFrom(...PLACES),
        member,
        name: fc.constantFrom("general", "", "ночь 🌙"),
        newestMessageId: fc.constantFrom("9007199254740995", "9007199254740997"),
        bot: fc.boolean(),
        state: fc.constantFrom(0, 1, 1023),
        messages: fc.integer({ min: 1, max: 1_000 }),
        durationMs: fc.oneof(fc.constant(0), fc.nat(2 ** 40)),
      },
      { requiredKeys: ["guild", "hour", "place", "member", "messages", "durationMs"] },
    ),
    { maxLength: 15 },
  )
  .map(unique);

const population: fc.Arbitrary<PopulationRow> = fc.record({
  hour: fc.integer({ min: HOUR, max: HOUR + 3 }),
  joins: fc.nat(3),
  leaves: fc.nat(3),
  members: fc.nat(100),
});

const voice: fc.Arbitrary<VoiceSession> = fc.record({
  guildId: guild,
  userId: member,
  bot: fc.boolean(),
  channelId: fc.constantFrom(PLACES[0], PLACES[1]),
  sessionId: fc.constantFrom("abc", "é'"),
  state: fc.nat(1023),
  countedMs: fc.option(fc.nat(8e15)),
});

const activity: fc.Arbitrary<ActivitySession> = fc.record({
  guildId: guild,
  userId: member,
  bot: fc.boolean(),
  activityId: fc.constantFrom(PLACES[2], PLACES[3]),
  uncountedSinceMs: fc.option(fc.nat(8e15)),
  endedMs: fc.option(fc.nat(8e15)),
});

const settings: fc.Arbitrary<GuildSettings> = fc.record({
  enabled: fc.option(fc.boolean()),
  timeZone: fc.option(fc.constantFrom("UTC", "Asia/Kathmandu")),
  locale: fc.option(fc.constantFrom("en", "pt-BR")),
  theme: fc.option(fc.constantFrom("dark" as const, "light" as const)),
  accent: fc.option(fc.oneof(fc.nat(0xff_ff_ff), fc.constant("icon" as const))),
  uncountedVoice: fc.option(fc.constant(["alone" as const])),
  defaultPeriod: fc.option(fc.constantFrom("7d" as const, "30d" as const)),
  visibility: fc.constant(null),
  commandChannels: fc.constantFrom([], ["9007199254740993"]),
  privateByDefault: fc.option(fc.boolean()),
  ignored: fc.record({
    channels: fc.constantFrom([], ["9007199254740993", "1"]),
    categories: fc.constantFrom([], ["3"]),
    roles: fc.constantFrom([], ["4"]),
    activities: fc.constantFrom([], ["chess", "7"]),
  }),
});

const post: fc.Arbitrary<ScheduledPost> = fc.record({
  guildId: guild,
  id: fc.integer({ min: 1, max: 2 }),
  channelId: fc.constantFrom("9007199254740993", "5"),
  timing: fc.constantFrom({ every: "month" as const, monthDay: 31, hour: 0 }, { every: "refresh" as const }),
  card: fc.constant("growth" as const),
  period: fc.constant("7d" as const),
  members: fc.constant("humans" as const),
  doneMs: fc.nat(8e15),
  messageId: fc.option(fc.constant("9007199254740993")),
  trouble: fc.option(fc.constant("failed" as const)),
});

const range = fc.record({
  guildId: guild,
  channelId: fc.constantFrom(PLACES[0], PLACES[1]),
  fromId: fc.constantFrom("7", snowflakeAt(HOUR * HOUR_MS)),
  untilId: fc.constantFrom("9007199254740993", snowflakeAt((HOUR + 1) * HOUR_MS)),
});

/** The numbers of each writer's next batch. */
class Writers {
  readonly #last = new Map<string, number>();

  batch(rows: readonly Row[], change: Partial<Batch> = {}, writer = "w"): Batch {
    const sequence = (this.#last.get(writer) ?? 0) + 1;
    this.#last.set(writer, sequence);
    return { ...batchOf(writer, sequence, rows, HOUR * HOUR_MS + sequence), ...change };
  }
}

/** Something that was done to a store. */
interface Step {
  play(store: Store, writers: Writers): Promise<unknown>;
}

function step<T>(
  kind: string,
  of: Readonly<{ [Name in keyof T]: fc.Arbitrary<T[Name]> }>,
  play: (values: T, store: Store, writers: Writers) => Promise<unknown>,
): fc.Arbitrary<Step> {
  return fc.record<T>(of as { [Name in keyof T]: fc.Arbitrary<T[Name]> }).map((values) => ({
    play: (store, writers) => play(values as T, store, writers),
    [fc.toStringMethod]: () => `${kind} ${JSON.stringify(values)}`,
  }));
}

const often = (weight: number, arbitrary: fc.Arbitrary<Step>) => ({ weight, arbitrary });

/** What is done to a store in some months. */
export const anyHistory: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    often(
      8,
      step("batch", { rows, writer: fc.constantFrom("v", "w") }, (value, store, writers) =>
        store.apply(writers.batch(value.rows, {}, value.writer)),
      ),
    ),
    often(
      2,
      step("population", { guildId: guild, row: population }, ({ guildId, row }, store, writers) => {
        const batch = writers.batch([
          { guild: guildId, hour: HOUR, place: PLACES[0], member: MEMBERS[0], messages: 1 },
        ]);
        return store.apply({
          ...batch,
          guilds: batch.guilds.map((delta) => ({ ...delta, population: [row] })),
        });
      }),
    ),
    often(
      2,
      step("voice", { session: voice }, ({ session }, store, writers) =>
        store.apply(writers.batch([], { sessions: { opened: [session], closed: [] } })),
      ),
    ),
    often(
      2,
      step("activity", { session: activity }, ({ session }, store, writers) =>
        store.apply(writers.batch([], { activities: { opened: [session], closed: [] } }, "v")),
      ),
    ),
    often(
      2,
      step("imported", { range }, (value, store, writers) =>
        store.apply(writers.batch([], { imported: { ...value.range, parentId: null } })),
      ),
    ),
    often(
      2,
      step("settings", { guildId: guild, settings }, (value, store) =>
        store.saveSettings(value.guildId, { ...UNSET_SETTINGS, ...value.settings }),
      ),
    ),
    often(
      2,
      step("post", { post }, (value, store) => store.addPost(value.post)),
    ),
    often(
      1,
      step("opt-out", { hash, by: fc.constantFrom("self" as const, "owner" as const) }, (value, store) =>
        store.addOptOut(value.hash, value.by),
      ),
    ),
    often(
      1,
      step("left", { guildId: guild, leftMs: instant }, ({ guildId, leftMs }, store) =>
        store.markLeft([guildId], leftMs),
      ),
    ),
    often(
      1,
      step("rules", { sinceMs: instant }, ({ sinceMs }, store) => store.setRulesSinceMs(sinceMs)),
    ),
    often(
      2,
      step(
        "red",
        { channel: redChannel, member, guildId: guild, placeId: fc.constantFrom(PLACES[2], PLACES[3]) },
        ({ channel, member: userId, guildId, placeId }, store) =>
          store.stageRed(
            past([channelOf(channel, [userId])], {
              activities: [{ guildId, totals: [{ userId, placeId, durationMs: 5 }] }],
              optOutHashes: ["d".repeat(64)],
            }),
            HOUR * HOUR_MS,
          ),
      ),
    ),
    often(
      1,
      step("red placed", { channel: redChannel, guildId: guild }, ({ channel, guildId }, store) =>
        store.placeRed({
          guildId,
          channels: [{ channelId: channel, parentId: null, name: "old" }],
          botIds: [],
          nowMs: (HOUR + 2) * HOUR_MS,
        }),
      ),
    ),
    often(
      1,
      step("forget", { userId: member }, ({ userId }, store) => store.forget(userId)),
    ),
    often(
      1,
      step("purge", { guildId: guild, placeId: fc.constantFrom(...PLACES) }, ({ guildId, placeId }, store) =>
        store.purge(guildId, { placeId }),
      ),
    ),
    often(
      1,
      step("roll-up", { days: fc.integer({ min: 1, max: 80 }) }, ({ days }, store) =>
        rollUpWhole(store, { hourlyBefore: HOUR + days * 24, dailyBefore: null, timeZone: "UTC" }),
      ),
    ),
  ),
  { minLength: 1, maxLength: 25 },
);

/** Plays a history into a store, which begins as each bot does: by asking who opted out. */
export async function play(store: Store, history: readonly Step[]): Promise<void> {
  await store.optOuts();
  const writers = new Writers();
  for (const each of history) await each.play(store, writers);
}

/** Has everyone write everywhere, once more. */
export async function countOn(store: Store): Promise<void> {
  const rows = GUILDS.flatMap((guildId) =>
    PLACES.flatMap((place) =>
      MEMBERS.map((userId): Row => ({ guild: guildId, hour: HOUR, place, member: userId, messages: 1 })),
    ),
  );
  await store.apply(batchOf("a bot that counts on", 1, rows));
}
