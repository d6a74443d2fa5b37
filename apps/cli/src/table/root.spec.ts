import { find, everyCommand } from '../command/find';
import { commandHelp, groupHelp, rootHelp } from '../command/help';
import { checkCount, parse } from '../command/parse';
import { isGroup, keyOf, namesOf, type Entry } from '../command/spec';
import { globalOptions, root, sections } from './root';

const commands = [...everyCommand(root)];

/** Words of a line as a shell makes them, for the simple lines that examples are. */
function words(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare!);
}

describe('the table of commands', () => {
  it.each(commands.map(({ path, command }) => [path, command] as const))(
    '%s: examples are right, help shows every option',
    (path, command) => {
      expect(command.summary).toMatch(/\.$/);
      expect(command.examples.length).toBeGreaterThan(0);
      for (const { line } of command.examples) {
        const inner = /nereid [^|)<]*/.exec(line)![0].trim();
        const found = find(words(inner).slice(1), root);
        expect(found.entry && !isGroup(found.entry) && found.entry.load.toString()).toBe(command.load.toString());
        const parsed = parse(found.rest, { options: command.options ?? [], ...(command.passThrough && { ownWords: 1 }) });
        checkCount([...parsed.args, ...parsed.rest], command.args ?? []);
      }
      const help = commandHelp(path, command);
      for (const option of (command.options ?? []).filter(({ hidden }) => !hidden)) {
        expect(help).toContain(option.long ? `--${option.long}` : `-${option.short}`);
      }
      expect(help.split('\n').filter((line) => line.length > 100)).toEqual([]);
    },
  );

  it.each(commands.map(({ path, command }) => [path, command] as const))('%s: no option or name is there twice', (_, command) => {
    const options = command.options ?? [];
    const letters = options.flatMap(({ short }) => short ?? []);
    expect(new Set(letters).size).toBe(letters.length);
    expect(new Set(options.map(keyOf)).size).toBe(options.length);
    expect(letters).not.toContain('h');
  });

  it('no two entries of a group share a name', () => {
    const check = (entries: readonly Entry[]): void => {
      const names = entries.flatMap(namesOf);
      expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
      for (const entry of entries) if (isGroup(entry)) check(entry.commands);
    };
    check(root);
  });

  it.each(commands.map(({ path, command }) => [path, command] as const))('%s: its code is there', async (_, command) => {
    expect(typeof (await command.load()).run).toBe('function');
  });

  it('errors and help name a shortcut as what it stands for, and the last word as it was typed', () => {
    expect(find(['ls'], root).path).toBe('nereid instance list');
    expect(find(['inst', 'ls'], root).path).toBe('nereid instance ls');
    expect(find(['key', 'ls'], root).path).toBe('nereid key ls');
    expect(() => find(['instance', 'lst'], root)).toThrow('unknown command: "lst"; did you mean "list"?');
  });

  it('help of groups and of the whole names what can be typed, and hides what is hidden', () => {
    const text = rootHelp(globalOptions, sections);
    expect(text).toContain('instance (inst)');
    expect(text).not.toContain('accept-version');
    expect(text).not.toMatch(/^ +cloudapi/m);
    const group = root.find((entry) => entry.name === 'instance')!;
    expect(isGroup(group) && groupHelp('nereid instance', group)).toContain('enable-deletion-protection');
  });
});
