import type { ButtonHTMLAttributes, Ref } from 'react';
import { cx } from './class-names';
import { Icon, type IconName } from './icon';
import { Tooltip } from './tooltip';

const looks = {
  plain: 'border border-line bg-surface hover:bg-hover',
  primary: 'border border-transparent bg-accent text-on-accent hover:brightness-108',
  danger: 'border border-transparent bg-bad text-on-bad hover:brightness-108',
  quiet: 'border border-transparent text-muted hover:bg-hover hover:text-text',
};

export interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'disabled'> {
  look?: keyof typeof looks;
  icon?: IconName;
  /** Why it cannot be used now. It stays where it is, can be reached, and says so. */
  reason?: string | undefined;
  isBusy?: boolean;
  /** Beside words rather than in a row of buttons. */
  isSmall?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

export function Button({
  look = 'plain',
  icon,
  reason,
  isBusy = false,
  isSmall = false,
  className,
  children,
  onClick,
  ...rest
}: ButtonProps) {
  const isOff = reason !== undefined || isBusy;
  const button = (
    <button
      type="button"
      aria-disabled={isOff || undefined}
      {...rest}
      onClick={(event) => {
        if (isOff) event.preventDefault();
        else onClick?.(event);
      }}
      className={cx(
        'inline-flex items-center justify-center gap-1.5 rounded-md font-medium whitespace-nowrap select-none',
        isSmall ? 'h-6 px-2 text-xs' : children === undefined ? 'size-8' : icon ? 'h-8 pr-3 pl-2.5' : 'h-8 px-3',
        isOff && look !== 'quiet' ? 'border-line bg-ground text-muted cursor-not-allowed border' : looks[look],
        className,
      )}
    >
      {isBusy ? <Icon name="reboot" className="turn" /> : icon && <Icon name={icon} />}
      {children}
    </button>
  );
  if (reason !== undefined) return <Tooltip text={reason}>{button}</Tooltip>;
  // A button without words needs some for those who only see it.
  return children === undefined && rest['aria-label'] ? <Tooltip text={rest['aria-label']}>{button}</Tooltip> : button;
}
