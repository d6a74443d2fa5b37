import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { EmptyState } from '../ui/states';

export function NotFound(): ReactNode {
  return (
    <EmptyState icon="search" title="There is no such page">
      <Link to="/" className="text-accent underline underline-offset-2">
        Go to the start
      </Link>
    </EmptyState>
  );
}
