import { useSyncExternalStore } from 'react';

export type Theme = 'light' | 'dark';

/** The theme that is shown; public/theme.js set it before the first paint. What is painted by hand depends on it. */
export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, () => (document.documentElement.dataset['theme'] === 'dark' ? 'dark' : 'light'));
}

function subscribe(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return () => observer.disconnect();
}

export function toggleTheme(): void {
  const next: Theme = document.documentElement.dataset['theme'] === 'dark' ? 'light' : 'dark';
  document.documentElement.dataset['theme'] = next;
  try {
    localStorage.setItem('nereid.theme', next);
  } catch {
    // Storage may be forbidden; then the choice lasts as long as the page.
  }
}
