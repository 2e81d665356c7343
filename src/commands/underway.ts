/** What is being done, by name: what is asked for again meanwhile is left out. */
export class Underway {
  readonly #names = new Set<string>();

  /** Does the work, unless it is under way. @returns whether it was done */
  async once(name: string, work: () => Promise<void>): Promise<boolean> {
    if (this.#names.has(name)) return false;
    this.#names.add(name);
    try {
      await work();
      return true;
    } finally {
      this.#names.delete(name);
    }
  }
}
