import { judged } from '@nereid/infra-local';
import { readFlags, say, type Verb } from './verb';

export const run: Verb = async (args) => {
  readFlags(args, {});
  const { left, unknown } = judged();
  const line = ({ kind, name, installation, remark }: (typeof left)[number]): string =>
    `${installation}  ${kind.padEnd(17)} ${name}${remark ? `  ${remark}` : ''}`;
  for (const trace of left) say(line(trace));
  if (left.length === 0) say('Nothing is left of earlier runs.');
  if (unknown.length > 0) {
    say("\nOther users', of which only root can say whether somebody still uses it:");
    for (const trace of unknown) say(`  ${line(trace)}`);
  }
  return left.length === 0 ? 0 : 1;
};
