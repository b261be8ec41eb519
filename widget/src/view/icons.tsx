const PATHS = {
  close: 'M6 6l12 12M18 6L6 18',
  fresh: 'M12 5v14M5 12h14',
  send: 'M5 12h13M12.5 5.5L19 12l-6.5 6.5',
  stop: 'M7.5 7.5h9v9h-9z',
  down: 'M6 9.5l6 6 6-6',
  retry: 'M19 12a7 7 0 1 1-2.2-5.1M19 4v4h-4',
} as const;

/** A line icon in the colour of the text around it; never read out. */
export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true" class="icon">
      <path d={PATHS[name]} />
    </svg>
  );
}
