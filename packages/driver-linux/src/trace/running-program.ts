import type { LineProgram, LinePrograms } from '@nereid/ports';
import { CellReader } from './cell-reader';
import { mapKeys, type Program } from './program';
import type { Zones } from './zones';

/** A program in the kernel, from its start to its end. */
export class RunningProgram {
  readonly readers: ReadonlyMap<string, CellReader>;
  /** It has printed: its probes are in place. */
  isOn = false;
  /** Why it ended by itself. */
  failure: string | undefined;
  private readonly child: LineProgram;
  private isStopped = false;

  constructor(
    readonly program: Program,
    readonly zones: Zones,
    programs: LinePrograms,
    private readonly changed: () => void,
  ) {
    const byMap = new Map(program.counted.map((counted) => [counted.map, new CellReader(counted, zones)]));
    this.readers = new Map(program.counted.map((counted) => [counted.id, byMap.get(counted.map)!]));
    // With its parent it goes too, however that ends: what traces must not outlive who asked.
    const argv = ['setpriv', '--pdeathsig', 'KILL', '--', 'bpftrace', '-B', 'line', '-f', 'json', '-e', program.text] as const;
    this.child = programs.start(argv, {
      env: { BPFTRACE_MAP_KEYS_MAX: String(mapKeys) },
      onLine: (line) => this.hear(line, byMap),
      onEnd: (stderr) => this.ended(stderr),
    });
  }

  get isFull(): boolean {
    return [...this.readers.values()].some((reader) => reader.isFull);
  }

  stop(): void {
    this.isStopped = true;
    this.child.stop();
  }

  private hear(line: string, byMap: ReadonlyMap<string, CellReader>): void {
    if (this.isStopped || !line.startsWith('{')) return;
    const said = JSON.parse(line) as { type: string; data: Record<string, Record<string, number> | number> };
    if (said.type === 'map') for (const [map, printed] of Object.entries(said.data)) byMap.get(map)?.take(printed);
    if (said.type !== 'printf' || this.isOn) return;
    this.isOn = true;
    this.changed();
  }

  private ended(stderr: string): void {
    if (this.isStopped) return;
    // bpftrace says so whenever it may not raise a limit, and works all the same.
    const lines = stderr.split('\n').filter((line) => !line.includes('RLIMIT_MEMLOCK') && line.trim() !== '');
    this.failure = lines.slice(0, 2).join(' ').slice(0, 150) || 'the tracing program ended';
    this.changed();
  }
}
