import * as Radix from '@radix-ui/react-dropdown-menu';
import { useLayoutEffect, useRef, type CSSProperties, type KeyboardEvent, type ReactElement, type ReactNode } from 'react';
import { cx } from './class-names';
import { Icon, type IconName } from './icon';
import { isByKeyboard } from './last-input';

// Without motion: a menu is there in the frame after the key.
const look = 'shadow-pop bg-raised border-line z-40 min-w-48 rounded-lg border p-1';
const content = { sideOffset: 4, collisionPadding: 8, className: look, onKeyDownCapture: moveAtOnce };

/** A menu that opens from `trigger`. Not modal: a modal one adds a style element, which the door's policy refuses. */
export function Menu({
  trigger,
  children,
  align = 'end',
  isOpen,
  onOpenChange,
}: {
  trigger: ReactElement;
  children: ReactNode;
  align?: 'start' | 'end';
  isOpen?: boolean;
  onOpenChange?: (isOpen: boolean) => void;
}) {
  return (
    <Radix.Root modal={false} {...(isOpen !== undefined && { open: isOpen })} {...(onOpenChange && { onOpenChange })}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content align={align} {...content}>
          <FirstItemAtOnce />
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** A menu that is open, at a place of what it is drawn in; for where many buttons open the same one. */
export function AnchoredMenu({
  place: at,
  align,
  labelledBy,
  isOwn,
  onClose,
  onBack,
  children,
}: {
  place: CSSProperties;
  align: 'start' | 'end';
  /** Id of the element that names it. */
  labelledBy: string;
  /** Whether an element opens and closes this menu itself: a press on it is not one outside. */
  isOwn: (element: Element) => boolean;
  onClose: () => void;
  /** Gives the focus back; called before an item does what it says, so that a dialog gives it back to the same place, and when it closes. */
  onBack: () => void;
  children: ReactNode;
}) {
  return (
    <Radix.Root modal={false} open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Radix.Trigger asChild>
        <span aria-hidden className="pointer-events-none absolute" style={at} />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          {...content}
          aria-labelledby={labelledBy}
          onClickCapture={(event) => {
            const item = (event.target as Element).closest('[role=menuitem]');
            if (item && item.getAttribute('aria-disabled') !== 'true') onBack();
          }}
          onInteractOutside={(event) => {
            if (event.target instanceof Element && isOwn(event.target)) event.preventDefault();
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            // Whoever pressed elsewhere, or opened a dialog, has it there.
            if (document.activeElement === document.body) onBack();
          }}
        >
          <FirstItemAtOnce />
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/**
 * Gives the first item the focus within the key press that opens the menu. Radix does it some tasks later; until then the next key, pressed by
 * somebody who knows the way, went to what had opened the menu, and Enter closed it again.
 */
function FirstItemAtOnce() {
  const mark = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    if (isByKeyboard()) mark.current!.closest('[role=menu]')?.querySelector<HTMLElement>('[role=menuitem]')?.focus({ preventScroll: true });
  }, []);
  return <span ref={mark} hidden />;
}

const steps: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  Home: -Infinity,
  PageUp: -Infinity,
  End: Infinity,
  PageDown: Infinity,
};

/** Moves within the key press. Radix does it a task later, and Enter that waits behind the arrow would choose the item that was left. */
function moveAtOnce(event: KeyboardEvent<HTMLElement>): void {
  const step = steps[event.key];
  if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  event.stopPropagation();
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role=menuitem]')];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const to = at < 0 && event.key === 'ArrowUp' ? Infinity : at + step;
  items[Math.max(0, Math.min(items.length - 1, to))]?.focus();
}

export function MenuItem({
  icon,
  children,
  reason,
  isDangerous = false,
  onSelect,
}: {
  icon?: IconName;
  children: ReactNode;
  /** Why it cannot be chosen now; shown under it. */
  reason?: string | undefined;
  isDangerous?: boolean;
  onSelect: () => void;
}) {
  return (
    <Radix.Item
      // Radix skips what is disabled; whoever uses the keyboard should hear the reason too.
      aria-disabled={reason !== undefined || undefined}
      onSelect={(event) => {
        if (reason !== undefined) event.preventDefault();
        else onSelect();
      }}
      className={cx(
        'data-[highlighted]:bg-hover flex max-w-72 cursor-default gap-2 rounded-md px-2 py-1.5 outline-none select-none',
        reason !== undefined ? 'text-muted' : isDangerous && 'text-bad',
      )}
    >
      {icon && <Icon name={icon} className="mt-0.5 shrink-0" />}
      <span>
        {children}
        {reason !== undefined && <span className="text-muted block text-xs leading-snug">{reason}</span>}
      </span>
    </Radix.Item>
  );
}

export function MenuLine() {
  return <Radix.Separator className="bg-line -mx-1 my-1 h-px" />;
}

export function MenuTitle({ children }: { children: ReactNode }) {
  return <Radix.Label className="text-muted px-2 py-1 text-xs">{children}</Radix.Label>;
}
