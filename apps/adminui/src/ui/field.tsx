import {
  cloneElement,
  useId,
  type InputHTMLAttributes,
  type ReactElement,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
} from 'react';
import { cx } from './class-names';

const box =
  'border-strong-line bg-surface w-full rounded-md border px-2.5 text-text aria-[invalid]:border-bad focus-visible:outline-offset-0 disabled:bg-ground';

interface Described {
  'id'?: string;
  'aria-describedby'?: string | undefined;
  'aria-invalid'?: boolean | undefined;
}

/** A label, its control, help, and what is wrong with it, tied together for those who hear the page. */
export function Field({
  label,
  help,
  error,
  children,
}: {
  label: string;
  help?: ReactNode;
  error?: string | undefined;
  children: ReactElement<Described>;
}) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      {cloneElement(children, {
        id,
        'aria-describedby': help || error ? `${id}-help` : undefined,
        'aria-invalid': error ? true : undefined,
      })}
      {(help || error) && (
        <p id={`${id}-help`} className={cx('text-xs', error ? 'text-bad' : 'text-muted')}>
          {error ?? help}
        </p>
      )}
    </div>
  );
}

export function Input({ className, ...rest }: InputHTMLAttributes<HTMLInputElement>) {
  const file = 'file:bg-ground file:border-line file:mr-3 file:h-6 file:rounded file:border file:px-2 file:font-medium file:text-text';
  return <input {...rest} className={cx(box, 'h-8', rest.type === 'file' && file, className)} />;
}

export function Select({ className, ...rest }: SelectHTMLAttributes<HTMLSelectElement>) {
  return <select {...rest} className={cx(box, 'h-8 pr-1', className)} />;
}

export function Textarea({ className, ...rest }: TextareaHTMLAttributes<HTMLTextAreaElement>) {
  return <textarea {...rest} className={cx(box, 'min-h-20 py-1.5 font-mono text-xs', className)} />;
}

export function Checkbox({ label, help, ...rest }: { label: ReactNode; help?: string } & InputHTMLAttributes<HTMLInputElement>) {
  return (
    <label className="flex items-start gap-2 py-0.5">
      <input type="checkbox" {...rest} className="accent-accent mt-0.5 size-4 shrink-0" />
      <span>
        {label}
        {help && <span className="text-muted block text-xs">{help}</span>}
      </span>
    </label>
  );
}
