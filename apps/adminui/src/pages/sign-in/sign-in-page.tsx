import { useMutation } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useState, type ReactNode } from 'react';
import { ServiceError } from '@nereid/contracts/light';
import { signIn } from '../../api/session';
import { router } from '../../router';
import { Button } from '../../ui/button';
import { Field, Input } from '../../ui/field';
import { ErrorNote } from '../../ui/states';

const route = getRouteApi('/sign-in');

export function SignInPage(): ReactNode {
  const { to } = route.useSearch();
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const [totp, setTotp] = useState('');
  const [wantsTotp, setWantsTotp] = useState(false);
  useEffect(() => {
    document.title = 'Sign in · Nereid';
  }, []);
  const attempt = useMutation({
    mutationFn: () => signIn({ login, password, ...(wantsTotp && { totp }) }),
    onSuccess: () => {
      // Only to a page of ours, whatever the address says.
      const isOurs = to !== undefined && to.startsWith('/') && !to.startsWith('//');
      router.history.push(isOurs ? to : '/');
    },
    onError: (error) => {
      if (asksForCode(error)) setWantsTotp(true);
      else setTotp('');
    },
  });
  const error = attempt.error && !(asksForCode(attempt.error) && totp === '') ? attempt.error : null;
  return (
    <main className="flex min-h-dvh flex-col items-center px-4 pt-[18vh]">
      <div className="w-full max-w-80">
        <div className="mb-6 flex items-center gap-3">
          <img src="/favicon.svg" alt="" width={36} height={36} />
          <h1 className="text-xl font-semibold tracking-tight">Nereid</h1>
        </div>
        <form
          className="border-line bg-surface flex flex-col gap-4 rounded-xl border p-5"
          onSubmit={(event) => {
            event.preventDefault();
            attempt.mutate();
          }}
        >
          <Field label="Login">
            <Input value={login} onChange={(event) => setLogin(event.target.value)} autoComplete="username" required spellCheck={false} />
          </Field>
          <Field label="Password">
            <Input
              type="password"
              value={password}
              onChange={(event) => setPassword(event.target.value)}
              autoComplete="current-password"
              required
            />
          </Field>
          {wantsTotp && (
            <Field label="Code" help="The six digits that your authenticator app shows.">
              <Input
                value={totp}
                onChange={(event) => setTotp(event.target.value.trim())}
                inputMode="numeric"
                autoComplete="one-time-code"
                pattern="\d{6}"
                maxLength={6}
                required
              />
            </Field>
          )}
          <ErrorNote error={error} />
          <Button type="submit" look="primary" isBusy={attempt.isPending} className="h-9">
            Sign in
          </Button>
        </form>
        <p className="text-muted mt-4 text-xs">For operators of this cloud. What is done here is recorded.</p>
      </div>
    </main>
  );
}

function asksForCode(error: unknown): boolean {
  return error instanceof ServiceError && (error.errors ?? []).some(({ field, code }) => field === 'totp' && code === 'Missing');
}
