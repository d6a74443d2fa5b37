import * as Radix from '@radix-ui/react-dropdown-menu';
import type { ReactElement, ReactNode } from 'react';
import { cx } from './class-names';
import { Icon, type IconName } from './icon';

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
        <Radix.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className="appear shadow-pop bg-raised border-line z-40 min-w-48 rounded-lg border p-1"
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
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
