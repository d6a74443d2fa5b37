import { namesOf, synopsis, type CommandSpec, type Entry, type GroupSpec, type OptionSpec } from './spec';

const width = 80;

/** Help of one command. */
export function commandHelp(path: string, command: CommandSpec): string {
  const options = (command.options ?? []).filter((option) => !option.hidden);
  const paragraphs = [command.summary, ...(command.details ?? [])].flatMap((text) => [...wrap(text, width), '']);
  return [
    ...paragraphs,
    'Usage:',
    `    ${synopsis(path, command)}`,
    '',
    'Options:',
    ...twoColumns([['-h, --help', 'Show this help.'], ...options.map((option): [string, string] => [shownOption(option), option.help])]),
    '',
    'Examples:',
    ...twoColumns(command.examples.map(({ line, says }) => [line, `# ${says}`])),
    '',
  ].join('\n');
}

/** Help of a group of commands. */
export function groupHelp(path: string, group: GroupSpec): string {
  const entries = group.commands.filter((entry) => !entry.hidden);
  return [
    group.summary,
    '',
    'Usage:',
    `    ${path} COMMAND [ARGS...]`,
    `    ${path} help COMMAND`,
    '',
    'Commands:',
    ...twoColumns(entries.map(listed)),
    '',
  ].join('\n');
}

/** Help of the whole: options that stand before the command, and commands under headings. */
export function rootHelp(options: readonly OptionSpec[], sections: readonly { heading: string; entries: readonly Entry[] }[]): string {
  const shown = options.filter((option) => !option.hidden);
  return [
    'nereid: instances, images and networks of a Nereid or Triton cloud.',
    '',
    'Usage:',
    '    nereid [OPTIONS] COMMAND [ARGS...]',
    '    nereid help COMMAND',
    '',
    'Options:',
    ...twoColumns(shown.map((option): [string, string] => [shownOption(option), option.help])),
    ...sections.flatMap(({ heading, entries }) => ['', `${heading}:`, ...twoColumns(entries.filter((entry) => !entry.hidden).map(listed))]),
    '',
    'Exit status:',
    ...twoColumns([
      ['0', 'Done.'],
      ['1', 'An error.'],
      ['2', 'Not understood: unknown command or option, wrong arguments.'],
      ['3', 'What was named is not there, or is deleted.'],
      ['4', 'It took too long.'],
      ['5', 'Refused: not allowed, over a limit, or protected.'],
      ['130', 'Interrupted.'],
    ]),
    '    With TRITON_COMPAT=1 there are 0, 1 and 3 only, as of the triton command.',
    '',
  ].join('\n');
}

function listed(entry: Entry): [string, string] {
  const [name, ...aliases] = namesOf(entry);
  return [aliases.length > 0 ? `${name} (${aliases.join(', ')})` : name!, entry.summary];
}

function shownOption(option: OptionSpec): string {
  const names = [option.short && `-${option.short}`, option.long && `--${option.long}`].filter(Boolean).join(', ');
  if (option.value === undefined) return names;
  return option.long ? `${names}=${option.value}` : `${names} ${option.value}`;
}

function twoColumns(rows: readonly (readonly [string, string])[]): string[] {
  const left = Math.min(30, Math.max(0, ...rows.map(([name]) => name.length)));
  return rows.flatMap(([name, text]) => {
    const lines = wrap(text, width - 6 - left);
    const first = name.length > left ? [`    ${name}`, ...lines.map((line) => `${' '.repeat(left + 6)}${line}`)] : undefined;
    return first ?? lines.map((line, at) => `    ${(at === 0 ? name : '').padEnd(left)}  ${line}`.trimEnd());
  });
}

function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.length > 0 ? lines : [''];
}
