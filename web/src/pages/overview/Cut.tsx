/** What a station says at length: its first lines, and all of it when one points at it. */
export function Cut({ children }: { children: string }) {
  return (
    <span class="muted overview-cut" title={children}>
      {children}
    </span>
  );
}
