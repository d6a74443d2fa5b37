import { aTask } from './fixtures';
import type { DriverHarness } from './harness';

/** Images: taken in whole and proved, or not at all. */
export function imageSuite(use: () => DriverHarness): void {
  describe('image', () => {
    it('takes an image in, once, however often it is asked', async () => {
      const { driver, image } = bind(use());
      const source = await image();
      expect(await driver.image.has(source.id)).toBe(false);
      await driver.image.import(aTask(), source);
      expect(await driver.image.has(source.id)).toBe(true);
      let readAgain = false;
      await driver.image.import(aTask(), {
        ...source,
        read: (signal) => {
          readAgain = true;
          return source.read(signal);
        },
      });
      expect(readAgain).toBe(false);
      expect((await driver.image.list()).filter((i) => i.id === source.id)).toHaveLength(1);
    });

    it('refuses bytes that are not what their digest says, and keeps none', async () => {
      const { driver, image, imageLeftovers } = bind(use());
      const source = { ...(await image()), sha256: '0'.repeat(64) };
      await expect(driver.image.import(aTask(), source)).rejects.toMatchObject({ name: 'DriverError', code: 'Integrity' });
      expect(await driver.image.has(source.id)).toBe(false);
      expect(await imageLeftovers(source)).toEqual([]);
    });

    it('refuses a stream that ends early, and keeps none', async () => {
      const { driver, image, imageLeftovers } = bind(use());
      const whole = await image();
      const source = {
        ...whole,
        async *read(signal: AbortSignal): AsyncIterable<Uint8Array> {
          for await (const chunk of whole.read(signal)) {
            yield chunk.subarray(0, Math.ceil(chunk.length / 2));
            return;
          }
        },
      };
      await expect(driver.image.import(aTask(), source)).rejects.toMatchObject({ code: 'Integrity' });
      expect(await driver.image.has(source.id)).toBe(false);
      expect(await imageLeftovers(source)).toEqual([]);
    });

    it('keeps nothing when the stream itself fails, and takes it the second time', async () => {
      const { driver, image, imageLeftovers } = bind(use());
      const whole = await image();
      const broken = {
        ...whole,
        async *read(): AsyncIterable<Uint8Array> {
          throw new Error('connection lost');
        },
      };
      await expect(driver.image.import(aTask(), broken)).rejects.toThrow();
      expect(await imageLeftovers(whole)).toEqual([]);
      await driver.image.import(aTask(), whole);
      expect(await driver.image.has(whole.id)).toBe(true);
    });

    it('removes an image; an absent one counts as done', async () => {
      const { driver, image, imageLeftovers } = bind(use());
      const source = await image();
      await driver.image.import(aTask(), source);
      await driver.image.remove(aTask(), source.id);
      await driver.image.remove(aTask(), source.id);
      expect(await driver.image.has(source.id)).toBe(false);
      expect(await imageLeftovers(source)).toEqual([]);
    });
  });
}

function bind(harness: DriverHarness) {
  return {
    driver: harness.driver,
    image: () => harness.image(),
    imageLeftovers: harness.imageLeftovers.bind(harness),
  };
}
