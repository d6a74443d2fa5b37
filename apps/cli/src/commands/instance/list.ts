import type { Run } from '../../command/spec';
import { knownImages, type Image } from '../../cloud/catalogue';
import { shortId } from '../../cloud/ids';
import { listMachines, type Machine } from '../../cloud/machines';
import { CliError } from '../../cli-error';
import { age } from '../../output/durations';
import { wantedOutput } from '../../output/format';
import { showList, shownColumns } from '../../output/show';
import { filters } from '../filters';

const layout = {
  columns: ['shortid', 'name', 'img', 'state', 'flags', 'age'],
  long: ['id', 'name', 'img', 'brand', 'package', 'state', 'flags', 'primaryIp', 'created'],
  sort: ['created'],
  narrow: ['img', 'created', 'brand', 'package', 'name'],
};

export const run: Run = async (context, given) => {
  const filter = filters(given.args, ['brand', 'docker', 'image', 'memory', 'name', 'state', 'tag.', 'type']);
  const cloud = await context.cloud();
  const [machines, images] = await Promise.all([
    listMachines(cloud, { ...filter, ...(given.flags.has('credentials') && { credentials: 'true' }) }),
    needsImages() ? imagesOrNone() : [],
  ]);
  const byId = new Map(images.map((image) => [image.id, image]));
  const nowMs = context.clock.nowMs();
  showList(
    context,
    given,
    machines.map((machine) => withDerived(machine, byId.get(machine.image), nowMs)),
    layout,
  );

  function needsImages(): boolean {
    const { format } = wantedOutput(given);
    const isWhole = context.query !== undefined || format === 'json' || format === 'jsonl' || format === 'yaml';
    return isWhole || (format !== 'name' && shownColumns(given, layout).includes('img'));
  }

  /** Who may not see images still sees instances. */
  async function imagesOrNone(): Promise<Image[]> {
    try {
      return await knownImages(context, cloud);
    } catch (error) {
      if (error instanceof CliError && error.code === 'NotAuthorized') return [];
      throw error;
    }
  }
};

/** An instance with the fields that are worked out here. */
function withDerived(machine: Machine, image: Image | undefined, nowMs: number): Record<string, unknown> {
  const flags = flagsOf(machine);
  return {
    ...machine,
    age: age(Date.parse(machine.created), nowMs),
    img: image ? `${image.name}@${image.version}` : shortId(machine.image),
    shortid: shortId(machine.id),
    ...(flags && { flags }),
  };
}

function flagsOf(machine: Machine): string {
  const marks: [string, unknown][] = [
    ['B', machine.brand === 'bhyve'],
    ['D', (machine as { docker?: boolean }).docker],
    ['F', machine.firewall_enabled],
    ['K', machine.brand === 'kvm'],
    ['P', machine.deletion_protection],
  ];
  return marks.flatMap(([letter, holds]) => (holds ? [letter] : [])).join('');
}
