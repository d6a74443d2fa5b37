import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { operatorRoutes as routes } from '@nereid/contracts/light';
import { call } from '../api/call';
import { keepSession, sessionQuery } from '../api/session';
import { Button } from '../ui/button';
import { CopyButton } from '../ui/copy-button';
import { Dialog } from '../ui/dialog';
import { Field, Input } from '../ui/field';
import { ErrorNote } from '../ui/states';
import { toast } from '../ui/toasts';

/** Turns a second factor on, by a code of its new secret, or off, by a code of it. */
export function SecondFactorDialog({ onClose }: { onClose: () => void }) {
  const { data: session } = useQuery(sessionQuery);
  const isOn = session?.operator.totp_enabled ?? false;
  const [code, setCode] = useState('');
  const begin = useMutation({ mutationFn: () => call(routes.beginTotp) });
  const finish = useMutation({
    mutationFn: () => call(isOn ? routes.removeTotp : routes.verifyTotp, { body: { code } }),
    onSuccess: (now) => {
      keepSession(now);
      toast('good', isOn ? 'The second factor is off.' : 'The second factor is on.');
      onClose();
    },
  });
  const isAsking = isOn || begin.data;
  return (
    <Dialog
      title="Second factor"
      onClose={onClose}
      footer={
        isAsking ? (
          <Button
            look={isOn ? 'danger' : 'primary'}
            isBusy={finish.isPending}
            reason={/^\d{6}$/.test(code) ? undefined : 'A code has six digits.'}
            onClick={() => finish.mutate()}
          >
            {isOn ? 'Turn off' : 'Turn on'}
          </Button>
        ) : (
          <Button look="primary" isBusy={begin.isPending} onClick={() => begin.mutate()}>
            Set up
          </Button>
        )
      }
    >
      <div className="flex flex-col gap-4">
        {!isAsking && <p>After your password you will be asked for a code of six digits from an authenticator app on your phone.</p>}
        {isOn && <p>To turn it off, enter a code that your authenticator app shows.</p>}
        {!isOn && begin.data && (
          <div className="flex flex-col gap-2">
            <p>
              Enter this key in your authenticator app, or{' '}
              <a className="text-accent underline underline-offset-2" href={begin.data.otpauth_url}>
                open it there
              </a>
              .
            </p>
            <p className="border-line bg-ground flex items-center justify-between rounded-md border py-1 pr-1 pl-3 font-mono break-all">
              {begin.data.secret.replace(/(.{4})(?=.)/g, '$1 ')}
              <CopyButton text={begin.data.secret} what="key" />
            </p>
          </div>
        )}
        {isAsking && (
          <Field label="Code">
            <Input
              value={code}
              onChange={(event) => setCode(event.target.value.trim())}
              inputMode="numeric"
              autoComplete="one-time-code"
              maxLength={6}
              className="w-32 font-mono"
            />
          </Field>
        )}
        <ErrorNote error={begin.error ?? finish.error} />
      </div>
    </Dialog>
  );
}
