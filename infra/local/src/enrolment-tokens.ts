import { createEnrolmentToken } from '@nereid/contracts';
import { devCaller, withBus } from './bus-access';
import type { Installation } from './installation';

/** One-time tokens by which servers become part of the cloud. What is not used runs out within the hour. */
export function enrolmentTokens(installation: Installation, count: number): Promise<string[]> {
  return withBus(installation, async (bus) => {
    const tokens: string[] = [];
    for (let i = 0; i < count; i++) tokens.push((await bus.call(createEnrolmentToken, {}, devCaller())).token);
    return tokens;
  });
}
