import { cellOf } from "../crash/ledger.ts";
import type { Message } from "../loopback/world.ts";

/** What was said, each of which the store must hold once all is calm: whatever no process lived to write is read back. */
export class MessageBook {
  /** "channel member hour" → messages. */
  readonly #said = new Map<string, number>();

  add(message: Message): void {
    const cell = cellOf(message);
    this.#said.set(cell, (this.#said.get(cell) ?? 0) + 1);
  }

  /** Nothing of the user must be left. */
  erase(userId: string): void {
    for (const cell of this.#said.keys()) if (cell.split(" ")[1] === userId) this.#said.delete(cell);
  }

  /** @param isCalm all that may come has come; otherwise only too much is wrong */
  errors(stored: ReadonlyMap<string, number>, isCalm: boolean, leaving: ReadonlySet<string>): string[] {
    const cells = new Set([...stored.keys(), ...this.#said.keys()]);
    return [...cells].flatMap((cell) => {
      if (leaving.has(cell.split(" ")[1] ?? "")) return [];
      const [found, said] = [stored.get(cell) ?? 0, this.#said.get(cell) ?? 0];
      return found > said || (isCalm && found < said)
        ? [`messages of ${cell}: ${found} stored, ${said} said`]
        : [];
    });
  }
}
