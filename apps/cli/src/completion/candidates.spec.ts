import { globalOptions, root } from '../table/root';
import { wantedAt } from './candidates';

function words(...typed: string[]): string[] {
  const wanted = wantedAt(typed, root, globalOptions);
  return 'words' in wanted ? wanted.words.map(({ word }) => word) : [`<${String(wanted.kind)}>${wanted.prefix}`];
}

describe('completion', () => {
  it('names commands, groups and what is in them, but nothing hidden', () => {
    expect(words('')).toEqual(expect.arrayContaining(['instance', 'ls', 'profile', 'doctor']));
    expect(words('')).not.toContain('__complete');
    expect(words('-p', 'east', 'instance', '')).toEqual(expect.arrayContaining(['list', 'ls', 'create', 'tag']));
    expect(words('help', 'instance', 'tag', '')).toContain('replace-all');
    expect(words('nosuch', '')).toEqual([]);
  });

  it.each([
    [['instance', 'get', ''], ['<instance>']],
    [['stop', '-w', 'web0', ''], ['<instance>']],
    [['create', ''], ['<image>']],
    [['create', '-n', 'web0', 'nereid-base', ''], ['<package>']],
    [['create', '-N', ''], ['<network>']],
    [['create', '--network='], ['<network>--network=']],
    [['create', '-wN', ''], ['<network>']],
    [['changefeed', '--instances', ''], ['<instance>']],
    [['-p', ''], ['<profile>']],
    [['key', 'add', ''], ['<file>']],
    [['ssh', 'web0', 'ls', ''], ['<file>']],
    [['create', '-n', ''], []],
    [['create', 'a', 'b', ''], []],
    [
      ['ls', '-o', ''],
      ['table', 'wide', 'json', 'jsonl', 'yaml', 'csv', 'name'],
    ],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
  ])('%j', (typed, expected) => expect(words(...typed)).toEqual(expected));

  it('names options of the command, and of all before it', () => {
    expect(words('instance', 'ls', '--')).toEqual(expect.arrayContaining(['--json', '-j', '--credentials', '--help']));
    expect(words('--')).toContain('--profile');
    expect(words('--')).not.toContain('--accept-version');
  });
});
