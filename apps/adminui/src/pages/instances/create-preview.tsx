import type { adminapi } from '@nereid/contracts/light';
import { cores, mebibytes } from '../../ui/amounts';
import { CopyButton } from '../../ui/copy-button';
import { Properties } from '../../ui/panel';
import { createBody, type CreateForm } from './create-form';

/** What will be made, and how to ask for the same without this page. */
export function CreatePreview({
  form,
  image,
  size,
  networkNames,
}: {
  form: CreateForm;
  image: adminapi.ImageObject | undefined;
  size: adminapi.PackageObject | undefined;
  networkNames: readonly string[];
}) {
  const json = JSON.stringify(createBody(form), null, 2);
  const command = [
    'triton instance create',
    ...(form.alias.trim() ? [`--name ${quoted(form.alias.trim())}`] : []),
    ...networkNames.map((name) => `--network ${quoted(name)}`),
    ...(form.hasFirewall ? ['--firewall'] : []),
    ...(form.isProtected ? ['--deletion-protection'] : []),
    `${quoted(image ? `${image.name}@${image.version}` : '')} ${quoted(size?.name ?? '')}`,
  ].join(' \\\n  ');
  return (
    <aside aria-label="What will be made" className="border-line bg-ground flex min-w-0 flex-col gap-4 self-start rounded-lg border p-4">
      {size && (
        <Properties
          rows={[
            ['Memory', mebibytes(size.max_physical_memory)],
            ['Disk', mebibytes(size.quota)],
            ['CPU cap', size.cpu_cap === 0 ? 'none' : cores(size.cpu_cap)],
            ['Brand', size.brand ?? image?.requirements.brand ?? 'as the image wants it'],
          ]}
        />
      )}
      <Snippet title="The same as the customer" text={command} />
      <Snippet title="The same by the operators' API" text={json} />
    </aside>
  );
}

function Snippet({ title, text }: { title: string; text: string }) {
  return (
    <div>
      <div className="text-muted flex items-center justify-between text-xs">
        {title}
        <CopyButton text={text} what={title.toLowerCase()} />
      </div>
      <pre
        tabIndex={0}
        className="bg-surface border-line max-h-52 overflow-auto rounded-md border p-2.5 font-mono text-[0.6875rem] leading-4 break-all whitespace-pre-wrap"
      >
        {text}
      </pre>
    </div>
  );
}

function quoted(word: string): string {
  return /^[\w@.:/-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
