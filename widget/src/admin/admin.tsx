import { render } from 'preact';
import { App } from './session/app.js';
import { TokenHandOver } from './session/token-hand-over.js';
import { readSettings, serviceUrl } from './settings.js';

/** Follows the system's shade; paper is light. Set at once, since a print does not wait for a drawing. */
function followShade(body: HTMLElement): void {
  const dark = matchMedia('screen and (prefers-color-scheme: dark)');
  const paint = (): void => void (body.dataset.theme = dark.matches ? 'dark' : 'light');
  dark.addEventListener('change', paint);
  paint();
}

const { body } = document;
const settings = readSettings(body.dataset.settings);
followShade(body);
render(
  <App
    apiUrl={serviceUrl(location.href)}
    handOver={new TokenHandOver(window, settings.origins)}
    demo={settings.demo}
    locale={undefined}
  />,
  document.getElementById('app')!,
);
