/** Marks a file as GuildStats's: "GldS" in ASCII (SQLite file format, offset 68). */
export const APPLICATION_ID = 0x476c6453;

/**
 * The schema's history: entry `n` brings a file from version `n` to `n + 1` (`PRAGMA user_version`). Entries are
 * never edited once released.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE meta_number (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE guild (
    key INTEGER PRIMARY KEY,
    id INTEGER NOT NULL UNIQUE,
    since_ms INTEGER,
    live_since_ms INTEGER,
    -- When the bot left the guild; NULL: it is in it.
    left_ms INTEGER,
    enabled INTEGER,
    time_zone TEXT,
    locale TEXT,
    theme TEXT,
    -- 0xRRGGBB as a number, or 'icon'.
    accent ANY,
    uncounted_voice INTEGER,
    default_period TEXT,
    visibility TEXT,
    -- A JSON list of ids as text.
    command_channels TEXT,
    private_by_default INTEGER,
    -- How often counts were moved to other keys, or purged: whoever reads them page by page has to begin anew then.
    rewrites INTEGER NOT NULL DEFAULT 0,
    -- Up to when time, joins and leaves are counted.
    settled_ms INTEGER
  ) STRICT;

  CREATE TABLE ignored (
    guild INTEGER NOT NULL REFERENCES guild (key),
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (guild, kind, id)
  ) STRICT, WITHOUT ROWID;

  -- Places and members are numbered within their guild: most of the numbers take one byte in a row of counts, where
  -- numbers of the whole file take three.
  CREATE TABLE place (
    guild INTEGER NOT NULL REFERENCES guild (key),
    key INTEGER NOT NULL,
    -- A channel's or thread's id as a number, or an activity as text.
    id ANY NOT NULL,
    parent INTEGER,
    name TEXT,
    newest_message INTEGER,
    first_message INTEGER,
    PRIMARY KEY (guild, key),
    UNIQUE (guild, id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE member (
    guild INTEGER NOT NULL REFERENCES guild (key),
    key INTEGER NOT NULL,
    id INTEGER NOT NULL,
    bot INTEGER NOT NULL,
    PRIMARY KEY (guild, key),
    -- By user first: an erasure asks in which guilds a user is.
    UNIQUE (id, guild)
  ) STRICT, WITHOUT ROWID;

  -- Clustered as it is read and written: one guild, newest hours. A slot is both in one number: see slot.ts. Figures are
  -- never NULL, but to say so would make writing dearer: see cell-writer.ts.
  CREATE TABLE hourly (
    slot INTEGER NOT NULL,
    place INTEGER NOT NULL,
    member INTEGER NOT NULL,
    state INTEGER NOT NULL,
    messages INTEGER,
    duration_ms INTEGER,
    guild INTEGER AS (slot >> 18),
    hour INTEGER AS ((slot & 262143) + 394464),
    PRIMARY KEY (slot, place, member, state)
  ) STRICT, WITHOUT ROWID;

  -- What hourly rows become in the end. A day is of the guild's calendar, in days since 1970-01-01.
  CREATE TABLE daily (
    slot INTEGER NOT NULL,
    place INTEGER NOT NULL,
    member INTEGER NOT NULL,
    state INTEGER NOT NULL,
    messages INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    guild INTEGER AS (slot >> 18),
    day INTEGER AS (((slot & 262143) + 394464) / 24),
    PRIMARY KEY (slot, place, member, state)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE lifetime (
    guild INTEGER NOT NULL,
    place INTEGER NOT NULL,
    member INTEGER NOT NULL,
    state INTEGER NOT NULL,
    messages INTEGER,
    duration_ms INTEGER,
    PRIMARY KEY (guild, place, member, state)
  ) STRICT, WITHOUT ROWID;

  -- The past that was imported: ranges of message ids, [from_message, until_message).
  CREATE TABLE imported (
    guild INTEGER NOT NULL,
    place INTEGER NOT NULL,
    until_message INTEGER NOT NULL,
    from_message INTEGER NOT NULL,
    PRIMARY KEY (guild, place, until_message),
    FOREIGN KEY (guild, place) REFERENCES place (guild, key)
  ) STRICT, WITHOUT ROWID;

  -- Who was in voice when the guild was last settled; up to when that is counted says the session, or else the guild.
  CREATE TABLE voice_session (
    guild INTEGER NOT NULL,
    member INTEGER NOT NULL,
    place INTEGER NOT NULL,
    session TEXT NOT NULL,
    state INTEGER NOT NULL,
    counted_ms INTEGER,
    PRIMARY KEY (guild, member),
    -- Deferred: an erasure writes the member table anew.
    FOREIGN KEY (guild, member) REFERENCES member (guild, key) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (guild, place) REFERENCES place (guild, key)
  ) STRICT, WITHOUT ROWID;

  -- What members do, and what they did until lately, so that the same time is not counted again.
  CREATE TABLE activity_session (
    guild INTEGER NOT NULL,
    member INTEGER NOT NULL,
    activity TEXT NOT NULL,
    begin_ms INTEGER,
    end_ms INTEGER,
    PRIMARY KEY (guild, member, activity),
    FOREIGN KEY (guild, member) REFERENCES member (guild, key) DEFERRABLE INITIALLY DEFERRED
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE population (
    guild INTEGER NOT NULL REFERENCES guild (key),
    hour INTEGER NOT NULL,
    joins INTEGER NOT NULL,
    leaves INTEGER NOT NULL,
    members INTEGER NOT NULL,
    PRIMARY KEY (guild, hour)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE writer (id TEXT PRIMARY KEY, sequence INTEGER NOT NULL, last_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE opt_out (
    user_hash TEXT NOT NULL,
    -- 'self' or 'owner'
    by TEXT NOT NULL,
    PRIMARY KEY (user_hash, by)
  ) STRICT, WITHOUT ROWID;

  -- Erasures that were asked for and are not finished, under the hash of opt-outs; of one guild, or 0: of all.
  CREATE TABLE erasure_wish (
    user_hash TEXT NOT NULL,
    guild_id INTEGER NOT NULL,
    PRIMARY KEY (user_hash, guild_id)
  ) STRICT, WITHOUT ROWID;

  -- Cards of the server that come by themselves. They name no user.
  CREATE TABLE post (
    guild INTEGER NOT NULL REFERENCES guild (key),
    id INTEGER NOT NULL,
    channel INTEGER NOT NULL,
    -- 'day', 'week', 'month' or 'refresh'; the day is that of the week or month.
    every TEXT NOT NULL,
    day INTEGER,
    hour INTEGER,
    card TEXT NOT NULL,
    period TEXT NOT NULL,
    members TEXT NOT NULL,
    done_ms INTEGER NOT NULL,
    message INTEGER,
    trouble TEXT,
    PRIMARY KEY (guild, id)
  ) STRICT, WITHOUT ROWID;

  -- What the Red cog's file held, a row for each channel, guild with activities, and guild with settings. It is
  -- staged below until the bot sees the channel or guild, then placed among the counts, once.
  CREATE TABLE red_import (
    key INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    id INTEGER NOT NULL,
    since_ms INTEGER NOT NULL,
    until_ms INTEGER NOT NULL,
    staged_ms INTEGER NOT NULL,
    placed_ms INTEGER,
    left_out_messages INTEGER NOT NULL,
    left_out_ms INTEGER NOT NULL,
    UNIQUE (kind, id)
  ) STRICT;

  CREATE TABLE red_member (key INTEGER PRIMARY KEY, id INTEGER NOT NULL UNIQUE) STRICT;

  -- No references to members: a deletion of many would look each of them up in all rows.
  CREATE TABLE red_lifetime (
    import INTEGER NOT NULL REFERENCES red_import (key),
    place ANY NOT NULL,
    member INTEGER NOT NULL,
    messages INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    PRIMARY KEY (import, place, member)
  ) STRICT, WITHOUT ROWID;

  -- Part of the lifetime; of channels only.
  CREATE TABLE red_hourly (
    import INTEGER NOT NULL REFERENCES red_import (key),
    member INTEGER NOT NULL,
    hour INTEGER NOT NULL,
    messages INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    PRIMARY KEY (import, member, hour)
  ) STRICT, WITHOUT ROWID;

  -- Whom the cog ignored: importing again does not undo that the owner took it back.
  CREATE TABLE red_opt_out (user_hash TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
  `,
];
