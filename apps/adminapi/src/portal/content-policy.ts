/**
 * What the portal's page may do: load from this door, and nothing else. Scripts in the page are those of these digests alone.
 *
 * Styles may stand in the page, because the terminal puts them there: @xterm/xterm 6.0 makes three `<style>` elements, and colours a text by
 * `setAttribute('style', …)`; it takes no nonce for either. Everything else of the portal would do without (React, the virtual lists and the
 * charts set styles by property, which no policy forbids; the scroll lock of the dialogs takes a nonce), but the page is one for all of it.
 */
export function contentPolicy(inlineScriptHashes: readonly string[]): string {
  return [
    "default-src 'none'",
    ["script-src 'self'", ...inlineScriptHashes].join(' '),
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Headers of everything of the portal. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
};
