import { useId, useLayoutEffect, useRef, type ReactNode } from 'react';
import { Button } from './button';
import { cx } from './class-names';

/**
 * A modal dialog: the browser's own, which keeps the focus inside, makes the rest inert and gives the focus back. `onClose` is called for Esc, for the
 * cross and for a press beside it.
 */
export function Dialog({
  title,
  onClose,
  children,
  footer,
  width = 'w-[30rem]',
  isBare = false,
}: {
  title: string;
  onClose: () => void;
  children: ReactNode;
  footer?: ReactNode;
  width?: string;
  /** Without head and padding: what is inside brings its own. */
  isBare?: boolean;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  // Before the browser draws, and before it is taken out of the page: once out, it no longer knows where the focus was.
  useLayoutEffect(() => {
    const element = dialog.current!;
    if (!element.open) element.showModal();
    // The first field, else what the dialog is for; by itself the browser takes the cross.
    const field = element.querySelector<HTMLElement>('[role=combobox], input:not([type=checkbox]), textarea, select');
    (field ?? element.querySelector<HTMLElement>('footer button:last-child'))?.focus();
    return () => element.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={titleId}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return;
        event.preventDefault();
        onClose();
      }}
      // Where something else than the key asks it to close.
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => {
        if (event.target === dialog.current) onClose();
      }}
      className={cx(
        'shadow-pop bg-raised text-text border-line mx-auto mt-[10vh] mb-auto max-h-[80vh] max-w-[calc(100vw-2rem)] overflow-hidden rounded-xl border p-0',
        width,
        !isBare && 'appear', // what is typed into at once is there at once
      )}
    >
      <div className="flex max-h-[80vh] flex-col">
        {isBare ? (
          <h2 id={titleId} className="sr-only">
            {title}
          </h2>
        ) : (
          <header className="border-line flex items-center justify-between border-b py-2 pr-2 pl-5">
            <h2 id={titleId} className="text-base font-semibold">
              {title}
            </h2>
            <Button look="quiet" icon="close" aria-label="Close" onClick={onClose} />
          </header>
        )}
        <div className={cx('min-h-0 flex-1 overflow-auto', !isBare && 'px-5 py-4')}>{children}</div>
        {footer && <footer className="border-line bg-ground flex items-center justify-end gap-2 border-t px-5 py-3">{footer}</footer>}
      </div>
    </dialog>
  );
}
