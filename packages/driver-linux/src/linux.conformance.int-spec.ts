import { describeServerDriver } from '@nereid/driver/conformance';
import { describeInBox } from '@nereid/infra-node-box/testing';
import { LinuxHarness, type TestBox } from './testing/linux-harness';

describeInBox(__filename, () => {
  describeServerDriver('linux', () => LinuxHarness.make(JSON.parse(process.env.NEREID_BOX!) as TestBox));
});
