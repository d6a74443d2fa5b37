import type { ImageSource } from '../image-driver';
import { aTask } from './fixtures';
import type { DriverHarness } from './harness';
import { imageSuite } from './image-suite';
import { instanceSuite } from './instance-suite';
import { limitsSuite } from './limits-suite';
import { metadataSuite } from './metadata-suite';
import { observeSuite } from './observe-suite';
import { removalSuite } from './removal-suite';
import { terminalSuite } from './terminal-suite';

/**
 * Declares the tests that every back end passes. `make` is called once. What a back end cannot do is tested for being refused with a
 * reason, never skipped. Fencing and the journal are the agent's and tested there.
 */
export function describeServerDriver(name: string, make: () => Promise<DriverHarness>): void {
  describe(`ServerDriver: ${name}`, () => {
    let harness: DriverHarness;
    let image: ImageSource;
    beforeAll(async () => {
      harness = await make();
      await harness.driver.node.prepare(aTask().signal);
      image = await harness.image();
      await harness.driver.image.import(aTask(), image);
    });
    afterAll(async () => {
      await harness?.driver.node.close();
      await harness?.close();
    });
    const use = (): DriverHarness => harness;
    imageSuite(use);
    instanceSuite(use, () => image);
    limitsSuite(use, () => image);
    metadataSuite(use, () => image);
    observeSuite(use, () => image);
    terminalSuite(use, () => image);
    removalSuite(use, () => image);
  });
}
