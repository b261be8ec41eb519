/** A round arrow: once more. */
export const AGAIN = 'M19 12a7 7 0 1 1-2.2-5.1M19 4v4h-4';

const PATHS = {
  retry: AGAIN,
  list: 'M4.5 7h15M4.5 12h15M4.5 17h9',
  close: 'M6 6l12 12M18 6L6 18',
  fresh: 'M12 5v14M5 12h14',
  send: 'M5 12h13M12.5 5.5L19 12l-6.5 6.5',
  stop: 'M7.5 7.5h9v9h-9z',
  down: 'M6 9.5l6 6 6-6',
} as const;

export type IconName = keyof typeof PATHS;

/** A line icon in the colour of the text around it; never read out. */
export function Icon({ name }: { name: IconName }) {
  return <Line path={PATHS[name]} />;
}

/** A line in a field of 24 by 24, drawn as the icons are. */
export function Line({ path }: { path: string }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true" class="icon">
      <path d={path} />
    </svg>
  );
}
