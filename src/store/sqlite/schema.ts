/** Marks a file as GuildStats's: "GldS" in ASCII (SQLite file format, offset 68). */
export const APPLICATION_ID = 0x476c6453;

/**
 * The schema's history: entry `n` brings a file from version `n` to `n + 1` (`PRAGMA user_version`). Entries are
 * never edited once released.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE guild (
    key INTEGER PRIMARY KEY,
    id INTEGER NOT NULL UNIQUE,
    since_ms INTEGER,
    enabled INTEGER,
    time_zone TEXT,
    accent INTEGER
  ) STRICT;

  CREATE TABLE channel (
    key INTEGER PRIMARY KEY,
    guild INTEGER NOT NULL REFERENCES guild (key),
    id INTEGER NOT NULL,
    UNIQUE (guild, id)
  ) STRICT;

  CREATE TABLE member (
    key INTEGER PRIMARY KEY,
    guild INTEGER NOT NULL REFERENCES guild (key),
    id INTEGER NOT NULL,
    bot INTEGER NOT NULL,
    -- By user first: an erasure asks in which guilds a user is.
    UNIQUE (id, guild)
  ) STRICT;
  CREATE INDEX member_by_guild ON member (guild);

  -- Clustered as it is read and written: one guild, newest hours.
  CREATE TABLE hourly (
    guild INTEGER NOT NULL,
    hour INTEGER NOT NULL,
    channel INTEGER NOT NULL,
    member INTEGER NOT NULL,
    messages INTEGER NOT NULL,
    voice_ms INTEGER NOT NULL,
    PRIMARY KEY (guild, hour, channel, member)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE lifetime (
    guild INTEGER NOT NULL,
    channel INTEGER NOT NULL,
    member INTEGER NOT NULL,
    messages INTEGER NOT NULL,
    voice_ms INTEGER NOT NULL,
    PRIMARY KEY (guild, channel, member)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE writer (id TEXT PRIMARY KEY, sequence INTEGER NOT NULL, last_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE opt_out (user_hash TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
  `,
];
