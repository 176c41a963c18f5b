/** Line drawings of 24 by 24; they say nothing that words beside them do not. */

const PATHS = {
  overview: "M3 12h4l3-8 4 16 3-8h4",
  stations:
    "M6 21V5a2 2 0 0 1 2-2h5a2 2 0 0 1 2 2v16M4 21h13M9 8h3M15 11h2a2 2 0 0 1 2 2v3a1.5 1.5 0 0 0 3 0V9l-3-3",
  transactions: "M13 2 5 14h6l-1 8 9-13h-6z",
  tokens: "M3 6h18v12H3zM3 10h18M7 15h4",
  reservations: "M4 5h16v16H4zM4 10h16M8 2v5M16 2v5M9 15l2 2 4-4",
  firmware: "M12 3v12M7 10l5 5 5-5M4 21h16",
  diagnostics: "M10 4a6 6 0 1 1 0 12 6 6 0 0 1 0-12M15 15l6 6",
  cost: "M12 3v18M17 7c-1-2-9-2.500-9 1.500s9 2.500 9 6.500-8 3.500-10 1",
  refused: "M9 3v5M15 3v5M6 8h12v3a6 6 0 0 1-12 0zM12 17v4M3 3l18 18",
  settings: "M4 7h10M18 7h2M4 17h2M10 17h10M16 5v4M8 15v4",
  menu: "M4 6h16M4 12h16M4 18h16",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.8"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
