import { instanceSeries, serverSeries, type Figures, type Series } from '@nereid/contracts';

/** What a scrape target is, as labels. */
export type Labels = Readonly<Record<string, string>>;

/**
 * The figures of servers and instances in Prometheus' text form: counters as they are, so that nothing is lost between two scrapes. What is
 * not known is left out, never 0. Source: Prometheus documentation, exposition formats.
 */
export function exposition(of: 'server' | 'vm', objects: readonly { readonly labels: Labels; readonly figures: Figures }[]): string {
  const all: readonly Series[] = of === 'server' ? serverSeries : instanceSeries;
  const lines = all.flatMap(({ label, kind, exposition: { name, scale } }, n) => {
    const samples = objects.flatMap(({ labels, figures }) => {
      const figure = figures[n];
      return figure === undefined ? [] : [`nereid_${of}_${name}${textOf(labels)} ${figure * scale}`];
    });
    return samples.length === 0 ? [] : [`# HELP nereid_${of}_${name} ${label}`, `# TYPE nereid_${of}_${name} ${kind}`, ...samples];
  });
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

function textOf(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`);
  return `{${pairs.join(',')}}`;
}
