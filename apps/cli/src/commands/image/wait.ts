import type { Run } from '../../command/spec';
import { findImage } from '../../cloud/catalogue';
import { routes } from '../../cloud/routes.at-build';
import { poll } from '../../waiting/poll';

export const run: Run = async (context, given) => {
  const states = given.values['states']?.flatMap((list) => list.split(',')) ?? ['active', 'failed'];
  const cloud = await context.cloud();
  const images = await Promise.all(given.args.map((text) => findImage(cloud, text, true)));
  let done = 0;
  await Promise.all(
    images.map(async ({ id, name, version, state }) => {
      const shown = `Image ${id} (${name}@${version})`;
      const count = (): string => `${++done}/${images.length}`;
      if (states.includes(state ?? '')) return context.terminal.print(`${count()}: ${shown} already ${state}`);
      const seen = await poll(context, {
        what: `image ${id} states ${JSON.stringify(states)}`,
        timeoutMs: undefined,
        ask: async () => (await cloud.call(routes.getImage, { id })).body.state ?? '',
        isDone: (now) => states.includes(now),
        follow: `nereid image wait ${id}`,
      });
      context.terminal.print(`${count()}: ${shown} moved to state ${seen}`);
    }),
  );
};
