import { CliError } from '../cli-error';
import { checkCount, parse } from './parse';
import type { OptionSpec } from './spec';

const options: readonly OptionSpec[] = [
  { long: 'wait', short: 'w', many: true, help: '' },
  { long: 'json', short: 'j', help: '' },
  { long: 'name', short: 'n', value: 'NAME', help: '' },
  { long: 'tag', short: 't', value: 'K=V', many: true, help: '' },
  { long: '', short: 'o', value: 'FIELDS', many: true, help: '' },
  { long: '', short: 'H', help: '' },
];
const read = (...typed: string[]): ReturnType<typeof parse> => parse(typed, { options });
const message = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    return `${(error as CliError).code} ${(error as CliError).exit} ${(error as Error).message}`;
  }
  return 'no error';
};

describe('parse', () => {
  it('takes options in every form, before, between and after words', () => {
    const parsed = read('a', '-n', 'x', '--tag=p=1', '-tq=2', 'b', '--wait', '-wj', '-Ho', 'id,name');
    expect(parsed.args).toEqual(['a', 'b']);
    expect([...parsed.flags].sort()).toEqual(['H', 'json', 'name', 'o', 'tag', 'wait']);
    expect(parsed.values).toEqual({ name: ['x'], tag: ['p=1', 'q=2'], wait: ['', ''], o: ['id,name'] });
  });

  it('keeps the last of what may be given once', () => expect(read('-n', 'a', '-n', 'b').values['name']).toEqual(['b']));

  it('takes everything behind -- as words', () => expect(read('a', '--', '-x', '--y').args).toEqual(['a', '-x', '--y']));

  it('takes a lone dash as a word', () => expect(read('-').args).toEqual(['-']));

  it('leaves what belongs to another program alone', () => {
    const parsed = parse(['-j', 'inst', 'ls', '-n', '--help'], { options, ownWords: 1 });
    expect(parsed).toMatchObject({ args: ['inst'], rest: ['ls', '-n', '--help'] });
    expect(parse(['-j', 'inst', '-n'], { options, ownWords: 0 })).toMatchObject({ args: [], rest: ['inst', '-n'] });
  });

  it.each([
    [['--jsn'], 'Option 2 unknown option: "--jsn"; did you mean "--json"?'],
    [['-W'], 'Option 2 unknown option: "-W"; did you mean "-w"?'],
    [['-z'], 'Option 2 unknown option: "-z"'],
    [['--name'], 'Option 2 option "--name" wants a value, NAME'],
    [['--json=1'], 'Option 2 option "--json" takes no value'],
  ])('refuses %j', (typed, expected) => expect(message(() => read(...typed))).toBe(expected));

  it('counts words', () => {
    const specs = [{ name: 'INST' }, { name: 'NAME', optional: true }];
    expect(message(() => checkCount([], specs))).toBe('Usage 2 incorrect number of args: INST is missing');
    expect(message(() => checkCount(['a', 'b'], specs))).toBe('no error');
    expect(message(() => checkCount(['a', 'b', 'c'], specs))).toBe('Usage 2 incorrect number of args: "c" is one too many');
    expect(message(() => checkCount(['a', 'b', 'c'], [{ name: 'INST', many: true }]))).toBe('no error');
  });
});
