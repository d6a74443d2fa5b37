import type { Run } from '../../command/spec';
import { routes } from '../../cloud/routes.at-build';
import type { Image } from '../../cloud/catalogue';
import { shortId } from '../../cloud/ids';
import { showList } from '../../output/show';
import { filters } from '../filters';

const known = ['account', 'name', 'os', 'owner', 'public', 'state', 'type', 'version'];

export const run: Run = async (context, given) => {
  const { account, ...filter } = filters(given.args, known);
  const cloud = await context.cloud();
  const query = { ...(given.flags.has('all') && { state: 'all' }), ...(account !== undefined && { owner: account }), ...filter };
  const { body } = await cloud.call(routes.listImages, {}, query as never);
  const isShared = body.some(({ acl }) => acl !== undefined && acl.length > 0);
  const me = isShared ? (await cloud.call(routes.getAccount)).body.id : undefined;
  showList<Image>(context, given, body, {
    columns: ['shortid', 'name', 'version', 'flags', 'os', 'type', 'pubdate'],
    long: ['id', 'name', 'version', 'state', 'flags', 'os', 'type', 'pubdate'],
    narrow: ['type', 'pubdate', 'name'],
    sort: ['published_at'],
    cells: {
      shortid: ({ id }) => shortId(id),
      flags: (image) => flagsOf(image, me),
      pubdate: (image) => (image.published_at ?? '').slice(0, 10),
    },
  });
};

function flagsOf({ origin, public: isPublic, state, acl, owner }: Image, me: string | undefined): string {
  const isOurs = owner === me;
  const marks: [string, boolean][] = [
    ['I', origin !== undefined],
    ['P', isPublic === true],
    ['X', state !== 'active'],
    ['+', isOurs && acl !== undefined && acl.length > 0],
    ['S', !isOurs && me !== undefined && acl?.includes(me) === true],
  ];
  return marks.flatMap(([letter, holds]) => (holds ? [letter] : [])).join('');
}
