import { useEffect, useRef } from 'react';
import { isTyping } from '../shell/shortcuts';
import { Icon } from '../ui/icon';

/** Narrows a list by words; `/` goes there from anywhere on the page. */
export function SearchBox({ value, onChange, placeholder }: { value: string; onChange: (value: string) => void; placeholder: string }) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || isTyping(event.target)) return;
      event.preventDefault();
      input.current?.focus();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  return (
    <div className="relative">
      <Icon name="search" className="text-muted pointer-events-none absolute top-2 left-2.5" />
      <input
        ref={input}
        type="search"
        value={value}
        aria-label={placeholder}
        placeholder={placeholder}
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
        className="border-strong-line bg-surface h-8 w-60 rounded-md border pr-2 pl-8 focus-visible:outline-offset-0"
      />
    </div>
  );
}
