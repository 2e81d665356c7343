/** Hours in a partition of hourly rows: thirty days. Part of the schema: never changed once released. */
export const PARTITION_HOURS = 720;

/** Tables of one guild's rows; all of them have a column `guild_id`, and their keys begin with it. */
export const GUILD_TABLES = [
  "hourly",
  "daily",
  "lifetime",
  "population",
  "voice_session",
  "activity_session",
  "imported",
  "post",
  "ignored",
  "member",
  "place",
  "guild",
] as const;

/**
 * The schema's history: entry `n` brings a schema from version `n` to `n + 1`. Entries are never edited once released.
 *
 * Whoever writes rows of a guild holds the guild's row first, several in the order of their ids: so keys of places and
 * members can be given away, and merged, erased or purged, without any other lock. There are no references: rows that
 * belong together are written together.
 */
export const MIGRATIONS: readonly ((options: { readonly partitioned: boolean }) => string)[] = [
  ({ partitioned }) => `
  CREATE TABLE secret (name text PRIMARY KEY, value bytea NOT NULL);

  CREATE TABLE instant (name text PRIMARY KEY, at_ms bigint NOT NULL);

  CREATE TABLE guild (
    guild_id bigint PRIMARY KEY,
    since_ms bigint,
    live_since_ms bigint,
    -- When the bot left the guild; NULL: it is in it.
    left_ms bigint,
    enabled integer,
    time_zone text,
    locale text,
    theme text,
    -- 0xRRGGBB as a number, or 'icon'.
    accent text,
    uncounted_voice integer,
    default_period text,
    visibility text,
    -- A JSON list of ids as text.
    command_channels text,
    private_by_default integer,
    -- How often counts were moved to other keys, or purged: whoever reads them page by page has to begin anew then.
    rewrites bigint NOT NULL DEFAULT 0,
    -- The process that counts the guild, under which epoch, and whether another one asks for it.
    holder text,
    epoch bigint NOT NULL DEFAULT 0,
    wanted boolean NOT NULL DEFAULT false,
    -- Up to when time, joins and leaves are counted, by whoever held the guild then.
    settled_ms bigint
  );
  CREATE INDEX guild_wanted ON guild (holder) WHERE wanted;

  CREATE TABLE ignored (
    guild_id bigint NOT NULL,
    kind text NOT NULL,
    id text NOT NULL,
    PRIMARY KEY (guild_id, kind, id)
  );

  CREATE TABLE place (
    guild_id bigint NOT NULL,
    key integer NOT NULL,
    -- A channel's or thread's id, or an activity.
    id text NOT NULL,
    parent text,
    name text,
    newest_message bigint,
    first_message bigint,
    PRIMARY KEY (guild_id, key),
    UNIQUE (guild_id, id)
  );

  CREATE TABLE member (
    guild_id bigint NOT NULL,
    key integer NOT NULL,
    id bigint NOT NULL,
    bot boolean NOT NULL,
    PRIMARY KEY (guild_id, key),
    UNIQUE (guild_id, id)
  );
  -- An erasure asks in which guilds a user is.
  CREATE INDEX member_by_id ON member (id);

  CREATE TABLE hourly (
    guild_id bigint NOT NULL,
    messages bigint NOT NULL,
    duration_ms bigint NOT NULL,
    hour integer NOT NULL,
    place integer NOT NULL,
    member integer NOT NULL,
    state integer NOT NULL,
    PRIMARY KEY (guild_id, hour, place, member, state)
  ) ${partitioned ? "PARTITION BY RANGE (hour)" : ""};

  -- What hourly rows become in the end. A day is of the guild's calendar, in days since 1970-01-01.
  CREATE TABLE daily (
    guild_id bigint NOT NULL,
    messages bigint NOT NULL,
    duration_ms bigint NOT NULL,
    day integer NOT NULL,
    place integer NOT NULL,
    member integer NOT NULL,
    state integer NOT NULL,
    PRIMARY KEY (guild_id, day, place, member, state)
  );

  CREATE TABLE lifetime (
    guild_id bigint NOT NULL,
    messages bigint NOT NULL,
    duration_ms bigint NOT NULL,
    place integer NOT NULL,
    member integer NOT NULL,
    state integer NOT NULL,
    PRIMARY KEY (guild_id, place, member, state)
  );

  -- The past that was imported: ranges of message ids, [from_message, until_message).
  CREATE TABLE imported (
    guild_id bigint NOT NULL,
    place integer NOT NULL,
    until_message bigint NOT NULL,
    from_message bigint NOT NULL,
    PRIMARY KEY (guild_id, place, until_message)
  );

  -- Who was in voice when the guild was last settled; up to when that is counted says the session, or else the guild.
  CREATE TABLE voice_session (
    guild_id bigint NOT NULL,
    member integer NOT NULL,
    place integer NOT NULL,
    session text NOT NULL,
    state integer NOT NULL,
    counted_ms bigint,
    PRIMARY KEY (guild_id, member)
  );

  -- What members do, and what they did until lately, so that the same time is not counted again.
  CREATE TABLE activity_session (
    guild_id bigint NOT NULL,
    member integer NOT NULL,
    activity text NOT NULL,
    begin_ms bigint,
    end_ms bigint,
    PRIMARY KEY (guild_id, member, activity)
  );

  CREATE TABLE population (
    guild_id bigint NOT NULL,
    hour integer NOT NULL,
    joins integer NOT NULL,
    leaves integer NOT NULL,
    members integer NOT NULL,
    PRIMARY KEY (guild_id, hour)
  );

  CREATE TABLE writer (id text PRIMARY KEY, sequence bigint NOT NULL, last_ms bigint NOT NULL);

  -- The processes that count, by their names as writers; a larger number is a younger one. No row is locked for long: a
  -- batch holds its writer's row, but a process must be able to say that it lives meanwhile. heard_ms 0: it has ended.
  CREATE TABLE process (writer text PRIMARY KEY, number bigint NOT NULL, heard_ms bigint NOT NULL);

  CREATE TABLE opt_out (
    user_hash text NOT NULL,
    -- 'self' or 'owner'
    by text NOT NULL,
    PRIMARY KEY (user_hash, by)
  );

  -- Erasures that were asked for and are not finished, under the hash of opt-outs; of one guild, or 0: of all.
  CREATE TABLE erasure_wish (
    user_hash text NOT NULL,
    guild_id bigint NOT NULL,
    -- Names the last time that it was asked for.
    asked text NOT NULL DEFAULT '',
    PRIMARY KEY (user_hash, guild_id)
  );

  -- What processes tell each other of. The row of the version is held by whoever writes a change down, until it is
  -- committed; up to 'forgotten' old changes were dropped, and 'since_ms' tells from when on all are known.
  CREATE TABLE change_version (
    one boolean PRIMARY KEY CHECK (one),
    version bigint NOT NULL,
    forgotten bigint NOT NULL,
    since_ms bigint NOT NULL
  );
  INSERT INTO change_version VALUES (true, 0, 0, (extract(epoch FROM now()) * 1000)::bigint);

  -- The newest change of each thing. An erasure is told under the hash of opt-outs, and guild 0 stands for all.
  CREATE TABLE change (
    version bigint NOT NULL,
    at_ms bigint NOT NULL,
    guild_id bigint NOT NULL,
    -- 'settings', 'posts', 'opt_out', 'erasure', 'counts' or 'guild_erased'
    kind text NOT NULL,
    user_hash text NOT NULL,
    -- Which process's.
    origin text NOT NULL,
    PRIMARY KEY (kind, guild_id, user_hash)
  );
  CREATE INDEX change_by_version ON change (version);

  -- Cards of the server that come by themselves. They name no user.
  CREATE TABLE post (
    guild_id bigint NOT NULL,
    id integer NOT NULL,
    channel bigint NOT NULL,
    -- 'day', 'week', 'month' or 'refresh'; the day is that of the week or month.
    every text NOT NULL,
    day integer,
    hour integer,
    card text NOT NULL,
    period text NOT NULL,
    members text NOT NULL,
    done_ms bigint NOT NULL,
    message bigint,
    trouble text,
    PRIMARY KEY (guild_id, id)
  );

  -- What the Red cog's file held, a row for each channel, guild with activities, and guild with settings. It is
  -- staged below until the bot sees the channel or guild, then placed among the counts, once.
  CREATE TABLE red_import (
    kind text NOT NULL,
    id text NOT NULL,
    since_ms bigint NOT NULL,
    until_ms bigint NOT NULL,
    staged_ms bigint NOT NULL,
    placed_ms bigint,
    left_out_messages bigint NOT NULL DEFAULT 0,
    left_out_ms bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, id)
  );

  CREATE TABLE red_lifetime (
    kind text NOT NULL,
    id text NOT NULL,
    place text NOT NULL,
    user_id bigint NOT NULL,
    messages bigint NOT NULL,
    duration_ms bigint NOT NULL,
    PRIMARY KEY (kind, id, place, user_id)
  );

  -- Part of the lifetime; of channels only.
  CREATE TABLE red_hourly (
    kind text NOT NULL,
    id text NOT NULL,
    user_id bigint NOT NULL,
    hour integer NOT NULL,
    messages bigint NOT NULL,
    duration_ms bigint NOT NULL,
    PRIMARY KEY (kind, id, user_id, hour)
  );

  -- Whom the cog ignored: importing again does not undo that the owner took it back.
  CREATE TABLE red_opt_out (user_hash text PRIMARY KEY);
  `,
];
