import { errorLines, exitCodes, CliError, usageError } from './cli-error';
import { find, type Found } from './command/find';
import { checkCount, parse, type Parsed } from './command/parse';
import { isGroup, synopsis, type CommandSpec } from './command/spec';
import { fromEnvironment, isTritonCompatible, type Environment } from './config/environment';
import { Context, type GlobalOptions } from './context';
import { SystemPrograms } from './ports/programs';
import { ProcessTerminal, type Terminal } from './ports/terminal';
import { globalOptions, root } from './table/root';

/** How a run ended. `program` is the command as errors name it: `nereid instance get`. */
export interface Ended {
  readonly code: number;
  readonly program: string;
}

/** Does what the words ask for. */
export async function runCli(words: readonly string[], env: Environment, terminal: Terminal = new ProcessTerminal()): Promise<Ended> {
  const at = { program: 'nereid', isVerbose: false };
  try {
    const code = await dispatch(words, env, terminal, at);
    return { code, program: at.program };
  } catch (error) {
    terminal.complain(...errorLines(at.program, error, at.isVerbose));
    return { code: exitCode(error, env), program: at.program };
  }
}

async function dispatch(
  words: readonly string[],
  env: Environment,
  terminal: Terminal,
  at: { program: string; isVerbose: boolean },
): Promise<number> {
  const before = parse(words, { options: globalOptions, ownWords: 0 });
  at.isVerbose = before.flags.has('verbose');
  if (before.flags.has('version')) {
    terminal.print(`nereid ${version}`);
    return 0;
  }
  const isHelp = before.flags.has('help') || before.rest[0] === 'help';
  const found = locate(before.rest[0] === 'help' ? before.rest.slice(1) : before.rest, at);
  at.program = found.path;
  const { entry, rest } = found;
  if (isHelp || entry === undefined || isGroup(entry) || asksForHelp(entry, rest)) return help(found, isHelp, terminal);
  const given = understand(entry, found);
  const expression = given.values['query']?.at(-1);
  const query = expression === undefined ? undefined : await (await import('./output/query.ts')).queryOf(expression);
  const context = new Context(env, terminal, new SystemPrograms(), globalsOf(before, env), found.path, query);
  try {
    const { run } = await entry.load();
    return (await run(context, given)) ?? 0;
  } finally {
    await context.close();
  }
}

function locate(words: readonly string[], at: { program: string }): Found {
  try {
    return find(words, root);
  } catch (error) {
    at.program = (error as { program?: string }).program ?? at.program;
    throw error;
  }
}

/** `-h` among a command's own words, but not among those for another program. */
function asksForHelp(command: CommandSpec, rest: readonly string[]): boolean {
  const own = command.passThrough ? rest.slice(0, 1) : rest.slice(0, rest.includes('--') ? rest.indexOf('--') : undefined);
  return own.includes('-h') || own.includes('--help');
}

/** @throws CliError with the command's synopsis */
function understand(command: CommandSpec, { path, rest }: Found): Parsed {
  const usage = synopsis(path, command);
  try {
    const parsed = parse(rest, { options: command.options ?? [], ...(command.passThrough && { ownWords: 1 }) });
    const args = [...parsed.args, ...parsed.rest];
    checkCount(args, command.args ?? []);
    return { ...parsed, args };
  } catch (error) {
    if (error instanceof CliError) throw new CliError(error.code, error.message, { ...error.detail, exit: error.exit, usage });
    throw error;
  }
}

/** A group's own words: help, or nothing, or `COMMAND` behind help. Help that was not asked for is a wrong use. */
async function help(found: Found, isAsked: boolean, terminal: Terminal): Promise<number> {
  const { entry, path, rest } = found;
  const texts = await import('./command/help.ts');
  const isMeant = isAsked || rest.some((word) => ['-h', '--help', 'help'].includes(word));
  if (entry === undefined) {
    const { sections } = await import('./table/root.ts');
    terminal.write(texts.rootHelp(globalOptions, sections));
  } else if (!isGroup(entry)) {
    terminal.write(texts.commandHelp(path, entry));
  } else if (rest[0] === 'help' && rest.length > 1) {
    return help(find(rest.slice(1), entry.commands, path), true, terminal);
  } else {
    if (!isMeant && rest.length > 0) throw usageError(`unknown option: "${rest[0]}"`, { usage: `${path} COMMAND [ARGS...]` }, 'Option');
    terminal.write(texts.groupHelp(path, entry));
  }
  return isMeant ? 0 : exitCodes.failed;
}

function globalsOf({ flags, values }: Parsed, env: Environment): GlobalOptions {
  const one = (name: string): string | undefined => values[name]?.at(-1);
  const roles = (values['role'] ?? [fromEnvironment(env, 'ROLE') ?? '']).flatMap((list) => list.split(',')).filter((role) => role !== '');
  const [account, actAsAccount, user, keyId, url] = ['account', 'act-as', 'user', 'keyId', 'url'].map(one);
  return {
    profile: one('profile'),
    isVerbose: flags.has('verbose'),
    acceptVersion: one('accept-version'),
    overrides: {
      ...(account !== undefined && { account }),
      ...(actAsAccount !== undefined && { actAsAccount }),
      ...(user !== undefined && { user }),
      ...(keyId !== undefined && { keyId }),
      ...(url !== undefined && { url }),
      ...(roles.length > 0 && { roles }),
      ...(flags.has('insecure') && { insecure: true }),
    },
  };
}

function exitCode(error: unknown, env: Environment): number {
  const exit = error instanceof CliError ? error.exit : exitCodes.failed;
  const isKnownToTriton = exit === exitCodes.failed || exit === exitCodes.notFound || exit === exitCodes.interrupted;
  return isTritonCompatible(env) && !isKnownToTriton ? exitCodes.failed : exit;
}

const version = '0.1.0';
