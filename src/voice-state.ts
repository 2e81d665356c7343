/**
 * How a second in voice was spent, as bits that combine: each second is stored under all that held, so that what
 * counts can be chosen afterwards, and figures by state add up. Bits are stored: never renumber them.
 */
export const VOICE_STATES = {
  /** No other person in the channel; bots are no company. */
  alone: 1,
  /** In the guild's AFK channel. */
  afk: 2,
  selfMuted: 4,
  serverMuted: 8,
  selfDeafened: 16,
  serverDeafened: 32,
  streaming: 64,
  camera: 128,
  /** In a stage channel, listening. */
  stageAudience: 256,
  /** In a stage channel, allowed to speak. */
  stageSpeaker: 512,
} as const;

/** A way in which a second in voice was spent. */
export type VoiceStateName = keyof typeof VOICE_STATES;

/** The states' names, in the order of their bits. */
export const VOICE_STATE_NAMES: readonly VoiceStateName[] = [
  "alone",
  "afk",
  "selfMuted",
  "serverMuted",
  "selfDeafened",
  "serverDeafened",
  "streaming",
  "camera",
  "stageAudience",
  "stageSpeaker",
];

/** Time in one of these states does not count, unless a guild chose otherwise. */
export const UNCOUNTED_BY_DEFAULT: readonly VoiceStateName[] = ["afk"];

/** The bits of some states. */
export function stateBits(names: Iterable<VoiceStateName>): number {
  let bits = 0;
  for (const name of names) bits |= VOICE_STATES[name];
  return bits;
}
