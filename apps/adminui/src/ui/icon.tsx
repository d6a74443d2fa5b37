import type { SVGProps } from 'react';

// Drawn on a grid of 16 with strokes of 1.5, so that they sit well beside text of 13 px.
const shapes = {
  home: 'M2.5 7 8 2.5 13.5 7v6a.5.5 0 0 1-.5.5H10V9.5H6v4H3a.5.5 0 0 1-.5-.5z',
  instances: 'M2.5 3.5h11v4h-11zM2.5 8.5h11v4h-11zM5 5.5h.01M5 10.5h.01',
  servers: 'M3 2.5h10v3H3zM3 6.5h10v3H3zM3 10.5h10v3H3zM10.5 4h.01M10.5 8h.01M10.5 12h.01',
  images: 'M8 2 13.5 5v6L8 14 2.5 11V5zM2.5 5 8 8l5.5-3M8 8v6',
  networks: 'M6.5 2.5h3v3h-3zM2.5 10.5h3v3h-3zM10.5 10.5h3v3h-3zM8 5.5V8M4 10.5V8h8v2.5',
  packages: 'M2.5 12.5v-3h3v3zM6.5 12.5v-6h3v6zM10.5 12.5v-9h3v9z',
  accounts: 'M8 8a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM3 13.5c.6-2.6 2.5-4 5-4s4.4 1.4 5 4',
  analytics: 'M2.5 13.5h11M4 11V9M6.5 11V4.5M9 11V7M11.5 11V2.5',
  console: 'M2 3h12v10H2zM4.5 6 6.5 8l-2 2M8.5 10.5h3',
  jobs: 'M2.5 4h1M2.5 8h1M2.5 12h1M6 4h7.5M6 8h7.5M6 12h7.5',
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.5 10.5 14 14',
  plus: 'M8 3v10M3 8h10',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  close: 'M4 4l8 8M12 4l-8 8',
  check: 'M3 8.5 6.5 12 13 4.5',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  sun: 'M8 10.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6zM8 1.5v1.5M8 13v1.5M1.5 8H3M13 8h1.5M3.4 3.4l1 1M11.6 11.6l1 1M3.4 12.6l1-1M11.6 4.4l1-1',
  moon: 'M13 9.5A5.5 5.5 0 0 1 6.5 3 5.5 5.5 0 1 0 13 9.5z',
  down: 'M4 6l4 4 4-4',
  up: 'M4 10l4-4 4 4',
  right: 'M6 4l4 4-4 4',
  start: 'M5 3.5v9l7.5-4.5z',
  stop: 'M4.5 4.5h7v7h-7z',
  reboot: 'M13 8a5 5 0 1 1-1.5-3.6M13 2.5v2.5h-2.5',
  trash: 'M3 4.5h10M6.5 4.5v-2h3v2M4.5 4.5l.5 9h6l.5-9M6.8 7v4M9.2 7v4',
  shield: 'M8 2 13 4v4c0 3-2 5-5 6-3-1-5-3-5-6V4z',
  key: 'M10 7.5a2.5 2.5 0 1 0-2.4-1.8L2.5 10.8v2.7h2.7l.3-1.5 1.5-.3.3-1.5 1.5-.3L10 7.5z',
  warning: 'M8 2.5 14.5 13.5h-13zM8 6.5v3.5M8 11.9h.01',
} as const;

export type IconName = keyof typeof shapes;

/** A picture beside words: hidden from those who cannot see it, since the words say it. */
export function Icon({ name, size = 16, ...rest }: { name: IconName; size?: number } & SVGProps<SVGSVGElement>) {
  return (
    <svg
      aria-hidden
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={name === 'more' ? 2.2 : 1.4}
      strokeLinecap="round"
      strokeLinejoin="round"
      {...rest}
    >
      <path d={shapes[name]} />
    </svg>
  );
}
