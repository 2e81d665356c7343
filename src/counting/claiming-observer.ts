import type { Snowflake } from "../snowflake.ts";
import type { Epochs } from "./epochs.ts";
import type { EventLogs } from "./event-logs.ts";
import type { GuildClaims } from "./guild-claims.ts";
import { type Happening, tell } from "./happenings.ts";
import type { ActivityObservation, Company, MessageObservation, VoiceObservation } from "./observations.ts";
import type { GuildState, LateObserver, Observer } from "./observer.ts";

interface Parts {
  readonly epochs: Epochs;
  readonly logs: EventLogs;
  readonly claims: GuildClaims;
  readonly counter: LateObserver;
  /** Now, as the counter's clock has it, Unix milliseconds. */
  nowMs(): number;
  /** A guild as it is now; `null`: the bot does not see it. */
  stateOf(guildId: Snowflake): GuildState | null;
}

/**
 * Passes on to the counter what happens in guilds that this process holds. What happens in others is kept for the moment at
 * which they are granted: see {@link GuildClaims}.
 */
export class ClaimingObserver implements Observer {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  message(message: MessageObservation): void {
    const { epochs, counter, logs } = this.#parts;
    if (epochs.counts(message.guildId)) counter.message(message);
    else logs.addMessage(message);
  }

  voice(voice: VoiceObservation, company: Company): void {
    this.#tell(voice.guildId, { kind: "voice", voice, company });
  }

  readmitVoice(guildId: Snowflake, voices: readonly VoiceObservation[], company: Company): void {
    this.#tell(guildId, { kind: "voices", voices, company });
  }

  activities(doing: ActivityObservation): void {
    this.#tell(doing.guildId, { kind: "activities", doing });
  }

  readmitActivities(doing: ActivityObservation): void {
    this.#tell(doing.guildId, { kind: "readmitted", doing });
  }

  memberChange(guildId: Snowflake, change: 1 | -1, members: number): void {
    this.#tell(guildId, { kind: "coming", change, members });
  }

  memberCount(guildId: Snowflake, members: number): void {
    this.#tell(guildId, { kind: "members", members });
  }

  arrived(state: GuildState): void {
    const { epochs, counter, logs, claims, nowMs } = this.#parts;
    if (epochs.counts(state.guildId)) {
      claims.regain(state.guildId);
      counter.arrived(state);
      return;
    }
    logs.arrive(state, nowMs());
    claims.want(state.guildId);
  }

  loseGuild(guildId: Snowflake): void {
    // Not to be granted before it is known how the guild stands.
    this.#parts.claims.lose(guildId);
    this.#tell(guildId, { kind: "lost" });
  }

  regainGuild(guildId: Snowflake): void {
    const { epochs, logs, claims, stateOf } = this.#parts;
    if (epochs.counts(guildId) || logs.has(guildId)) {
      this.#tell(guildId, { kind: "back" });
      if (epochs.counts(guildId)) claims.regain(guildId);
      else claims.want(guildId);
      return;
    }
    const state = stateOf(guildId);
    if (state !== null) this.arrived(state);
  }

  leaveGuild(guildId: Snowflake): void {
    const { epochs, logs, counter, claims } = this.#parts;
    claims.unwant(guildId);
    if (epochs.counts(guildId)) counter.leaveGuild(guildId);
    else logs.drop(guildId);
  }

  #tell(guildId: Snowflake, happening: Happening): void {
    const { epochs, counter, logs, nowMs } = this.#parts;
    if (epochs.counts(guildId)) tell(counter, guildId, happening, nowMs());
    else logs.add(guildId, nowMs(), happening);
  }
}
