import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { onSignedOut } from './api/call';
import { queryClient } from './api/query-client';
import { forgetSession } from './api/session';
import { router } from './router';
import './styles.css';
import { TooltipProvider } from './ui/tooltip';

onSignedOut(() => {
  forgetSession();
  void router.invalidate(); // which finds no session and goes to the sign-in page
});

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <TooltipProvider delayDuration={350} skipDelayDuration={150}>
        <RouterProvider router={router} />
      </TooltipProvider>
    </QueryClientProvider>
  </StrictMode>,
);
