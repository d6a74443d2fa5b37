import { useMutation } from '@tanstack/react-query';
import { operatorRoutes as routes } from '@nereid/contracts/light';
import { call } from '../../api/call';
import { Button } from '../../ui/button';
import { CopyButton } from '../../ui/copy-button';
import { Dialog } from '../../ui/dialog';
import { ErrorNote } from '../../ui/states';

/** Makes the token by which a server becomes part of the cloud. It is shown once. */
export function AddServerDialog({ onClose }: { onClose: () => void }) {
  const make = useMutation({ mutationFn: () => call(routes.createEnrolmentToken, { body: {} }) });
  return (
    <Dialog
      title="Add server"
      onClose={onClose}
      footer={
        make.data ? (
          <Button look="primary" onClick={onClose}>
            Close
          </Button>
        ) : (
          <Button look="primary" icon="key" isBusy={make.isPending} onClick={() => make.mutate()}>
            Make a token
          </Button>
        )
      }
    >
      <div className="flex flex-col gap-3">
        <p>
          The agent of a new server asks to be let in by a token. It works once, and for an hour. Put it into the file that the agent’s
          settings name as <code>enrolment.tokenFile</code>, and start the agent.
        </p>
        {make.data && (
          <div className="border-line bg-ground flex items-center justify-between gap-2 rounded-md border py-1 pr-1 pl-3">
            <code className="min-w-0 font-mono text-xs break-all">{make.data.token}</code>
            <CopyButton text={make.data.token} what="token" />
          </div>
        )}
        {make.data && (
          <p className="text-muted text-xs">It is shown only now. Good until {new Date(make.data.expires_at).toLocaleTimeString('en')}.</p>
        )}
        <ErrorNote error={make.error} />
      </div>
    </Dialog>
  );
}
