import { useRouter } from '@tanstack/react-router';
import type { MouseEvent, ReactNode } from 'react';
import { cx } from '../ui/class-names';

/** Kinds of objects that have a page each. */
export type ObjectPlace = 'instances' | 'servers' | 'accounts' | 'images' | 'networks' | 'jobs';

/** The pointer rests so long on a link before its page is fetched. */
const preloadAfterMs = 60;
let pointedAt: ReturnType<typeof setTimeout> | undefined;

/**
 * A link to an object's page, as lists have hundreds of them: a plain anchor. The router's own link follows the router's state and makes its address
 * anew on each change of it, four times in each of forty rows.
 */
export function ObjectLink({
  to,
  uuid,
  title,
  className,
  children,
}: {
  to: ObjectPlace;
  uuid: string;
  title?: string;
  className?: string;
  children: ReactNode;
}) {
  const router = useRouter();
  const location = { to: `/${to}/$uuid`, params: { uuid } } as const;
  const follow = (event: MouseEvent): void => {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return; // the browser's own ways to open it
    event.preventDefault();
    void router.navigate(location);
  };
  return (
    <a
      href={`/${to}/${uuid}`}
      title={title}
      className={cx('hover:text-accent underline-offset-2 hover:underline', className)}
      onClick={follow}
      onPointerEnter={() => {
        clearTimeout(pointedAt);
        pointedAt = setTimeout(() => void router.preloadRoute(location), preloadAfterMs);
      }}
      onPointerLeave={() => clearTimeout(pointedAt)}
    >
      {children}
    </a>
  );
}
