import { text } from '../strings.js';

const TILES = 8;
const CARDS = 4;

/** The place of figures that are on their way. */
export function Skeleton() {
  return (
    <div class="figures" aria-busy="true" aria-label={text.loading} role="group">
      <div class="tiles" aria-hidden="true">
        {Array.from({ length: TILES }, () => (
          <div class="tile ghost" />
        ))}
      </div>
      <div class="cards" aria-hidden="true">
        {Array.from({ length: CARDS }, () => (
          <div class="card ghost" />
        ))}
      </div>
    </div>
  );
}
