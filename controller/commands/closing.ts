/** What has to be closed at the end, in the reverse order of its opening. */
export class Closing {
  readonly #closers: (() => Promise<unknown> | unknown)[] = [];

  /** Remembers how to close something that was just opened. */
  add(close: () => Promise<unknown> | unknown): void {
    this.#closers.push(close);
  }

  /** Closes everything; a failure on the way does not keep the rest open, and the first one is thrown at the end. */
  async close(): Promise<void> {
    const failures: unknown[] = [];
    for (const close of this.#closers.splice(0).reverse()) {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
