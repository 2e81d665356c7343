PRAGMA application_id = 1198285907;
PRAGMA user_version = 1;
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
CREATE TABLE imported (
    guild INTEGER NOT NULL,
    place INTEGER NOT NULL,
    until_message INTEGER NOT NULL,
    from_message INTEGER NOT NULL,
    PRIMARY KEY (guild, place, until_message),
    FOREIGN KEY (guild, place) REFERENCES place (guild, key)
  ) STRICT, WITHOUT ROWID;
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
CREATE TABLE erasure_wish (
    user_hash TEXT NOT NULL,
    guild_id INTEGER NOT NULL,
    PRIMARY KEY (user_hash, guild_id)
  ) STRICT, WITHOUT ROWID;
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
CREATE TABLE red_lifetime (
    import INTEGER NOT NULL REFERENCES red_import (key),
    place ANY NOT NULL,
    member INTEGER NOT NULL,
    messages INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    PRIMARY KEY (import, place, member)
  ) STRICT, WITHOUT ROWID;
CREATE TABLE red_hourly (
    import INTEGER NOT NULL REFERENCES red_import (key),
    member INTEGER NOT NULL,
    hour INTEGER NOT NULL,
    messages INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    PRIMARY KEY (import, member, hour)
  ) STRICT, WITHOUT ROWID;
CREATE TABLE red_opt_out (user_hash TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO meta VALUES ('log', X'3F8F82FDAA89EC36');
INSERT INTO meta VALUES ('opt_out_key', X'8F911D2EF94D3840339D188319E5B09C63C3E037363C654F58CFF07C79C613FA');
INSERT INTO meta_number VALUES ('rules_since_ms', 1764176400000);
INSERT INTO guild VALUES (1, 9007199254740993, 1586963405371, 1764180000000, NULL, 1, 'Asia/Kolkata', 'ja', 'contrast', 'icon', 3, '7d', 'self', '["1200000000000000001"]', 1, 1, 1764180000000);
INSERT INTO guild VALUES (2, 200000000000000002, 1764180000000, 1764180000000, 1764180000000, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1, 1770000000000);
INSERT INTO ignored VALUES (1, 'activities', 'Go');
INSERT INTO ignored VALUES (1, 'categories', '1200000000000000002');
INSERT INTO ignored VALUES (1, 'channels', '1200000000000000003');
INSERT INTO ignored VALUES (1, 'roles', '1099511627776000004');
INSERT INTO place VALUES (1, 1, 1200000000000000003, NULL, NULL, NULL, NULL);
INSERT INTO place VALUES (1, 2, 1200000000000000001, NULL, 'general', 1300000000000000001, 1300000000000000001);
INSERT INTO place VALUES (1, 3, 1200000000000000002, 1200000000000000001, NULL, NULL, NULL);
INSERT INTO place VALUES (1, 4, '0:Chess', NULL, NULL, NULL, NULL);
INSERT INTO place VALUES (2, 1, 1200000000000000001, NULL, NULL, NULL, NULL);
INSERT INTO member VALUES (1, 1, 1099511627776000001, 0);
INSERT INTO member VALUES (1, 2, 1099511627776000002, 0);
INSERT INTO member VALUES (1, 3, 1099511627776000003, 1);
INSERT INTO member VALUES (2, 1, 1099511627776000004, 0);
INSERT INTO hourly VALUES (357728, 1, 1, 5, 0, 1800000);
INSERT INTO hourly VALUES (357728, 2, 3, 0, 7, 0);
INSERT INTO hourly VALUES (357729, 4, 2, 0, 0, 900000);
INSERT INTO daily VALUES (357664, 2, 1, 0, 7, 0);
INSERT INTO daily VALUES (357664, 3, 2, 0, 2, 0);
INSERT INTO daily VALUES (619808, 1, 1, 0, 1, 0);
INSERT INTO lifetime VALUES (1, 1, 1, 5, 0, 1800000);
INSERT INTO lifetime VALUES (1, 2, 1, 0, 7, 0);
INSERT INTO lifetime VALUES (1, 2, 3, 0, 7, 0);
INSERT INTO lifetime VALUES (1, 3, 2, 0, 2, 0);
INSERT INTO lifetime VALUES (1, 4, 2, 0, 0, 900000);
INSERT INTO lifetime VALUES (2, 1, 1, 0, 1, 0);
INSERT INTO imported VALUES (1, 2, 800000000000000000, 700000000000000000);
INSERT INTO voice_session VALUES (1, 1, 1, 'a session', 5, NULL);
INSERT INTO activity_session VALUES (1, 2, '0:Chess', NULL, NULL);
INSERT INTO population VALUES (1, 490048, 2, 1, 40);
INSERT INTO population VALUES (2, 490048, 2, 1, 40);
INSERT INTO writer VALUES ('first run', 2, 1764180000000);
INSERT INTO opt_out VALUES ('b6dc4e738c362e95067045b5570dc165b9f18fd5be1f63fac0f1628072a8e4c7', 'owner');
INSERT INTO opt_out VALUES ('d5fb54697e8d3776c5e4d63e8abbba82feaf62fe0c3c65d5f166a838488e8cf7', 'owner');
INSERT INTO erasure_wish VALUES ('b6dc4e738c362e95067045b5570dc165b9f18fd5be1f63fac0f1628072a8e4c7', 0);
INSERT INTO erasure_wish VALUES ('d5fb54697e8d3776c5e4d63e8abbba82feaf62fe0c3c65d5f166a838488e8cf7', 0);
INSERT INTO post VALUES (1, 1, 1200000000000000001, 'week', 6, 9, 'top-voice-members', '7d', 'humans', 1764180000000, NULL, 'permissions');
INSERT INTO red_import VALUES (1, 'channel', 1200000000000000004, 1756404000000, 1764180000000, 1764180000000, NULL, 0, 0);
INSERT INTO red_member VALUES (1, 1099511627776000004);
INSERT INTO red_lifetime VALUES (1, 1200000000000000004, 1, 5, 60000);
INSERT INTO red_hourly VALUES (1, 1, 490000, 1, 0);
INSERT INTO red_opt_out VALUES ('d5fb54697e8d3776c5e4d63e8abbba82feaf62fe0c3c65d5f166a838488e8cf7');
