import { lazyRouteComponent } from '@tanstack/react-router';
import type { ReactNode } from 'react';

/** A page that is fetched when it is first gone to, or pointed at. */
export function lazyPage(load: () => Promise<() => ReactNode>) {
  return lazyRouteComponent(async () => ({ default: await load() }));
}
