import { useRouterState } from '@tanstack/react-router';
import { useEffect, useState } from 'react';

/** Says the title of the page that one has come to, for those who do not see it change. */
export function Announcer() {
  const path = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation?.pathname });
  const [title, setTitle] = useState('');
  useEffect(() => {
    const waiting = setTimeout(() => setTitle(document.title), 150); // the page sets it when it is there
    return () => clearTimeout(waiting);
  }, [path]);
  return (
    <div role="status" aria-live="polite" className="sr-only">
      {title}
    </div>
  );
}
