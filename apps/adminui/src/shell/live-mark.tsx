import { useLiveState } from '../live/live';
import { Mark } from '../ui/state-badge';
import { Tooltip } from '../ui/tooltip';

const clock = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/** Whether the page follows what happens; when not, since when it is old. */
export function LiveMark() {
  const live = useLiveState();
  const [tone, word, text] =
    live.is === 'live'
      ? (['good', 'Live', 'Changes appear here as they happen.'] as const)
      : live.lostAt === undefined
        ? (['busy', 'Connecting', 'The stream of changes is being opened.'] as const)
        : ([
            'warn',
            `Old since ${clock.format(live.lostAt)}`,
            'The stream of changes is interrupted. What is shown may be old; it goes on by itself.',
          ] as const);
  return (
    <Tooltip text={text}>
      <span role="status" tabIndex={0} className="text-muted flex h-8 items-center gap-1.5 rounded-md px-2 text-xs">
        <Mark tone={tone} size={8} />
        {word}
      </span>
    </Tooltip>
  );
}
