import { text } from '../strings.js';

/** Whose page this is. */
export function Brand() {
  return (
    <p class="brand">
      <span aria-hidden="true">◆</span> BizOSaaS <small>{text.product}</small>
    </p>
  );
}
