/** Icons of the list of conversations; see `Line`. */
export const SESSION_ICONS = {
  back: 'M15 5.5L8.5 12l6.5 6.5',
  search: 'M11 4.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 0 0 0-13zM16 16l4 4',
  archive: 'M4 5h16v4H4zM5.5 9v10h13V9M10 13h4',
  more: 'M12 5.5v.01M12 12v.01M12 18.5v.01',
  rename: 'M5 19l1-4L16.5 4.5l3 3L9 18zM14 7l3 3',
  pin: 'M9 4h6l-.7 6.2 3.2 3.3v1.5h-11v-1.5l3.200-3.300zM12 15v5.5',
  file: 'M12 4v10.5M7.5 10.5L12 15l4.5-4.5M5 19.5h14',
  remove: 'M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.400L17 7M10.5 10.5v5.5M13.5 10.5v5.5',
  talk: 'M5 5h14a1.5 1.5 0 0 1 1.5 1.5v9a1.5 1.5 0 0 1-1.5 1.5h-7l-4.5 3.5V17H5a1.5 1.5 0 0 1-1.5-1.5v-9A1.5 1.5 0 0 1 5 5z',
} as const;

export type SessionIcon = keyof typeof SESSION_ICONS;
