import type { Context } from '../context';

/** Whether the person says yes. Anything but y, yes, n and no is asked again; whoever says no reads that nothing is done. */
export async function confirmed({ terminal }: Context, question: string): Promise<boolean> {
  for (;;) {
    const answer = (await terminal.ask(`${question} [y/n] `)).trim().toLowerCase();
    if (answer === 'y' || answer === 'yes') return true;
    if (answer === 'n' || answer === 'no') {
      terminal.complain('Aborting');
      return false;
    }
  }
}
