import { useState } from 'react';
import { Icon } from './icon';

export function CopyButton({ text, what }: { text: string; what: string }) {
  const [isCopied, setCopied] = useState(false);
  return (
    <button
      type="button"
      aria-label={isCopied ? 'Copied' : `Copy ${what}`}
      onClick={(event) => {
        event.stopPropagation();
        void navigator.clipboard.writeText(text).then(() => {
          setCopied(true);
          setTimeout(() => setCopied(false), 1500);
        });
      }}
      className="text-muted hover:text-text hover:bg-hover inline-flex size-6 items-center justify-center rounded"
    >
      <Icon name={isCopied ? 'check' : 'copy'} size={13} />
    </button>
  );
}
