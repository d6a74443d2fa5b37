import { SteppedClock } from '@nereid/ports/fake';
import { Kept } from './kept';

describe('Kept', () => {
  it('asks once for many, and again when old or cleared', async () => {
    const clock = new SteppedClock();
    const kept = new Kept<number>(clock, 1000);
    let asked = 0;
    const ask = async (): Promise<number> => ++asked;
    expect(await Promise.all([kept.get('a', ask), kept.get('a', ask)])).toEqual([1, 1]);
    await clock.advance(999);
    expect(await kept.get('a', ask)).toBe(1);
    await clock.advance(1);
    expect(await kept.get('a', ask)).toBe(2);
    kept.clear();
    expect(await kept.get('a', ask)).toBe(3);
  });

  it('keeps no failure, and nothing that was asked before a hint', async () => {
    const kept = new Kept<number>(new SteppedClock(), 1000);
    await expect(kept.get('a', () => Promise.reject(new Error('down')))).rejects.toThrow('down');
    let answer: (value: number) => void = () => undefined;
    const asked = kept.get('a', () => new Promise<number>((resolve) => (answer = resolve)));
    kept.clear();
    const fresh = kept.get('a', async () => 2);
    answer(1);
    expect(await asked).toBe(1);
    expect(await fresh).toBe(2);
    expect(await kept.get('a', async () => 3)).toBe(2);
  });
});
