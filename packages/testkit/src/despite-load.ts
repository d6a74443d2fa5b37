/**
 * Asks again what was refused only because machine or server were busy (`ServiceUnavailable`: nothing was done), as clients are told to. For
 * tests of many at once, whose subject is which of them the rules let through. What is asked must be safe to repeat.
 */
export async function despiteLoad<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if ((error as { code?: string }).code !== 'ServiceUnavailable') throw error;
    }
  }
}
