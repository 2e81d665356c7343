import type { Snowflake } from "../snowflake.ts";
import type { Epochs } from "./epochs.ts";
import type { EventLogs, EventNotes, OfUser, Play } from "./event-logs.ts";
import type { GuildClaims } from "./guild-claims.ts";
import type { ActivityObservation, Company, MessageObservation, VoiceObservation } from "./observations.ts";
import type { GuildState, Observer } from "./observer.ts";

interface Parts {
  readonly epochs: Epochs;
  readonly logs: EventLogs;
  readonly claims: GuildClaims;
  readonly counter: Observer;
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

  voice(observation: VoiceObservation, company: Company): void {
    const play: Play<VoiceObservation> = (all, atMs) => {
      for (const each of all) this.#parts.counter.voice(each, company, atMs);
    };
    this.#tell(observation.guildId, [observation], play, { channelIds: channelsOf(company) });
  }

  readmitVoice(guildId: Snowflake, present: readonly VoiceObservation[], company: Company): void {
    const play: Play<VoiceObservation> = (all, atMs) =>
      this.#parts.counter.readmitVoice(guildId, all, company, atMs);
    this.#tell(guildId, present, play, { channelIds: channelsOf(company) });
  }

  activities(observation: ActivityObservation): void {
    this.#tell(observation.guildId, [observation], (all, atMs) => {
      for (const each of all) this.#parts.counter.activities(each, atMs);
    });
  }

  readmitActivities(observation: ActivityObservation): void {
    this.#tell(observation.guildId, [observation], (all, atMs) => {
      for (const each of all) this.#parts.counter.readmitActivities(each, atMs);
    });
  }

  memberChange(guildId: Snowflake, change: 1 | -1, members: number): void {
    const play: Play<OfUser> = (_, atMs) => this.#parts.counter.memberChange(guildId, change, members, atMs);
    this.#tell(guildId, [], play, { kind: "coming" });
  }

  memberCount(guildId: Snowflake, members: number): void {
    this.#tell(guildId, [], (_, atMs) => this.#parts.counter.memberCount(guildId, members, atMs));
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
    const play: Play<OfUser> = (_, atMs) => this.#parts.counter.loseGuild(guildId, atMs);
    this.#tell(guildId, [], play, { kind: "lost" });
  }

  regainGuild(guildId: Snowflake): void {
    const { epochs, logs, claims, counter, stateOf } = this.#parts;
    if (epochs.counts(guildId) || logs.has(guildId)) {
      this.#tell(guildId, [], () => counter.regainGuild(guildId), { kind: "back" });
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

  #tell<Of extends OfUser>(
    guildId: Snowflake,
    all: readonly Of[],
    play: Play<Of>,
    notes: EventNotes = {},
  ): void {
    const { epochs, logs, nowMs } = this.#parts;
    if (epochs.counts(guildId)) play(all, nowMs());
    else logs.add(guildId, nowMs(), all, play, notes);
  }
}

function channelsOf(company: Company): Snowflake[] {
  return company.map(([channelId]) => channelId);
}
