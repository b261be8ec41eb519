/** Style sheets are bundled as text and adopted as constructed sheets. */
declare module '*.css' {
  const text: string;
  export default text;
}

/** Name of the panel's chunk, written in by the build. */
declare const PANEL_FILE: string;
