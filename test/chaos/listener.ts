/** A process that listens to Discord and writes what it hears. Instants are Unix milliseconds. */
export class Listener {
  /** Up to when it has written all that it had heard. */
  flushedMs = 0;
  /** When it ended, or a moment later. */
  goneMs: number | null = null;
  /** When it was asked to end, after which it does not listen any more. */
  stoppingMs = Number.POSITIVE_INFINITY;
  /** Times without a line to Discord, by guild, oldest first. */
  readonly #deaf = new Map<string, { readonly fromMs: number; untilMs: number }[]>();

  lost(guildId: string, atMs: number): void {
    const times = this.#deaf.get(guildId) ?? [];
    this.#deaf.set(guildId, times);
    if ((times.at(-1)?.untilMs ?? 0) < atMs) times.push({ fromMs: atMs, untilMs: Number.POSITIVE_INFINITY });
  }

  regained(guildId: string, atMs: number): void {
    const last = this.#deaf.get(guildId)?.at(-1);
    if (last) last.untilMs = Math.min(last.untilMs, atMs);
  }

  /** Up to when it had heard, at some moment, what happened in a guild. */
  heardMs(guildId: string, atMs: number): number {
    const listenedMs = Math.min(atMs, this.stoppingMs);
    const deaf = this.#deaf
      .get(guildId)
      ?.find(({ fromMs, untilMs }) => fromMs <= listenedMs && listenedMs <= untilMs);
    return deaf?.fromMs ?? listenedMs;
  }
}
