import type { Activity } from "./payloads.ts";
import { snowflake } from "./snowflake.ts";

interface Playing {
  /** Discord's own `timestamps.start`, which not every activity has. Default: none. */
  readonly startMs?: number;
  readonly details?: string;
  readonly state?: string;
  readonly applicationId?: string;
}

export function playing(name: string, { startMs, details, state, applicationId }: Playing = {}): Activity {
  return {
    id: snowflake(),
    name,
    type: 0,
    created_at: startMs ?? Date.now(),
    application_id: applicationId ?? snowflake(),
    ...(startMs === undefined ? {} : { timestamps: { start: startMs } }),
    ...(details === undefined ? {} : { details }),
    ...(state === undefined ? {} : { state }),
  };
}

/** Spotify: the song is in `details`, its artists in `state`, and the timestamps are the song's, not the listener's. */
export function spotify(song: string, artist: string, startMs: number = Date.now()): Activity {
  return {
    id: "spotify:1",
    name: "Spotify",
    type: 2,
    created_at: startMs,
    timestamps: { start: startMs, end: startMs + 180_000 },
    details: song,
    state: artist,
    ...{ sync_id: song, session_id: "spotify-session", flags: 48, party: { id: "spotify:0" } },
    ...{ assets: { large_image: "spotify:ab67", large_text: "An album" } },
  };
}

export function streaming(title: string, game: string, url = "https://www.twitch.tv/someone"): Activity {
  const fields = { url, assets: { large_image: "twitch:someone" } };
  return {
    id: snowflake(),
    name: "Twitch",
    type: 1,
    created_at: Date.now(),
    details: title,
    state: game,
    ...fields,
  };
}

export function customStatus(text: string): Activity {
  return { id: "custom", name: "Custom Status", type: 4, created_at: Date.now(), state: text };
}

export function competing(name: string, startMs?: number): Activity {
  return { ...playing(name, startMs === undefined ? {} : { startMs }), type: 5 };
}
