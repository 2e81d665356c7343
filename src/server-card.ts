/** Cards of the whole server. Their order is that of the select, and their places in it are in ids: add at the end. */
export const SERVER_CARDS = [
  "server",
  "messages",
  "voice",
  "activities",
  "growth",
  "rhythm",
  "rhythm-voice",
  "top-messages-members",
  "top-voice-members",
  "top-activities-members",
  "top-messages-channels",
  "top-voice-channels",
  "top-messages-roles",
  "top-voice-roles",
  "top-activities-roles",
  "top-activities-activities",
] as const;

/** One of {@link SERVER_CARDS}. */
export type ServerCard = (typeof SERVER_CARDS)[number];
