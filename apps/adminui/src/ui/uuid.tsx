import { shortId } from './amounts';
import { CopyButton } from './copy-button';

/** An id by its first eight digits, as people name things; the whole of it can be copied. */
export function Uuid({ uuid, isWhole = false }: { uuid: string; isWhole?: boolean }) {
  return (
    <span className="group/uuid inline-flex items-center gap-1 font-mono text-xs" title={uuid}>
      {isWhole ? uuid : shortId(uuid)}
      <CopyButton text={uuid} what="id" />
    </span>
  );
}
