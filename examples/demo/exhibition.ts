import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../src/clock.ts";
import type { LoopbackInteraction } from "../../test/loopback/interaction.ts";
import type { PostedMessage } from "../../test/loopback/posted-message.ts";
import type { ShownMessage } from "../../test/loopback/shown-message.ts";
import type { Exhibit, Note } from "./gallery.ts";
import { reporter } from "./reporter.ts";

/** Answers of the bot, as they come; their pictures go into a folder. */
export class Exhibition {
  readonly exhibits: (Exhibit | Note)[] = [];
  readonly #folder: string;
  readonly #progress = reporter();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @param title what the user does @param act does it */
  async show(title: string, act: () => LoopbackInteraction): Promise<LoopbackInteraction> {
    const startedMs = systemClock.elapsedMs();
    const interaction = act();
    await interaction.settled();
    const totalMs = systemClock.elapsedMs() - startedMs;
    this.exhibits.push({
      title,
      ...this.#seen(interaction, title),
      firstMs: interaction.ackMs ?? 0,
      totalMs,
    });
    this.#progress(`answers: ${this.exhibits.length}`);
    return interaction;
  }

  /** A card that came by itself. @param sinceMs when it was asked for, in the clock's own time */
  posted(title: string, post: PostedMessage, sinceMs: number): void {
    const totalMs = systemClock.elapsedMs() - sinceMs;
    this.exhibits.push({ title, ...this.#shown(post, title), ephemeral: false, firstMs: totalMs, totalMs });
  }

  /** What happened between two answers. */
  note(note: string): void {
    this.exhibits.push({ note });
  }

  #seen(
    interaction: LoopbackInteraction,
    title: string,
  ): Pick<Exhibit, "file" | "text" | "controls" | "ephemeral"> {
    const [whisper] = interaction.followUps;
    if (whisper) return { file: null, text: whisper.content, controls: [], ephemeral: true };
    if (interaction.state === "deleted") {
      return { file: null, text: "(the card is gone)", controls: [], ephemeral: false };
    }
    return { ...this.#shown(interaction, title), ephemeral: interaction.ephemeral };
  }

  #shown(message: ShownMessage, title: string): Pick<Exhibit, "file" | "text" | "controls"> {
    const [picture] = message.files;
    const number = String(this.exhibits.length + 1).padStart(2, "0");
    const words = title.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "");
    const file = picture ? `${number}-${words.toLowerCase().slice(0, 60)}.png` : null;
    if (picture && file) writeFileSync(join(this.#folder, file), picture.data);
    const selects = message.selects.map(({ placeholder, shown }) => `[${shown ?? placeholder} ▾]`);
    const buttons = message.buttons.map(({ label, isDisabled }) => `[${label}${isDisabled ? ", off" : ""}]`);
    return {
      file,
      text: picture?.description ?? (message.content || message.text),
      controls: [...selects, ...buttons],
    };
  }
}
