import { describeServerDriver } from '@nereid/driver/conformance';
import { describeInBox } from './testing/in-box';
import { LinuxHarness, type TestBox } from './testing/linux-harness';

describeInBox(__filename, () => {
  describeServerDriver('linux', async () => new LinuxHarness(JSON.parse(process.env.NEREID_BOX!) as TestBox));
});
