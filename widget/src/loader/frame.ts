import css from '../styles/launcher.css';
import { sheet } from '../styles/sheet.js';
import type { LauncherWords, Position } from './panel-contract.js';

const SVG = 'http://www.w3.org/2000/svg';
const TALK =
  'M12 3c5 0 9 3.4 9 7.8s-4 7.8-9 7.8c-1 0-2-.1-2.9-.4L4.6 20.6c-.5.3-1-.1-.9-.6l.7-3.6C3.5 14.9 3 12.9 3 10.8 3 6.4 7 3 12 3Z';
const SHUT = 'M6 9.5l6 6 6-6';
const WORDS: LauncherWords = {
  open: 'Open the chat',
  close: 'Close the chat',
  named: (name) => `Chat with ${name}`,
  unread: (label, count) => `${label}, ${count} unread`,
};
const POSITIONS: readonly Position[] = ['bottom-right', 'bottom-left', 'top-right', 'top-left'];

/** The widget's element on the page: a shadow root with the button and the place of the panel. */
export class Frame {
  readonly element = document.createElement('bizosaas-chat');
  readonly root = this.element.attachShadow({ mode: 'open' });
  readonly mount = document.createElement('div');
  readonly launcher = document.createElement('button');
  words = WORDS;
  private readonly box = document.createElement('div');
  private readonly badge = document.createElement('span');
  private readonly trouble = document.createElement('div');

  constructor(private readonly inline: HTMLElement | null) {
    this.root.adoptedStyleSheets = [sheet(css)];
    this.launcher.className = 'launcher';
    this.launcher.type = 'button';
    this.launcher.append(icon('talk', TALK, true), icon('shut', SHUT, false), this.badge);
    this.badge.className = 'badge';
    this.badge.hidden = true;
    this.trouble.className = 'trouble';
    this.trouble.setAttribute('role', 'status');
    this.trouble.hidden = true;
    this.launcher.hidden = inline !== null;
    this.element.toggleAttribute('data-inline', inline !== null);
    this.box.append(this.mount, this.trouble, this.launcher);
    this.root.append(this.box);
    this.show({ position: 'bottom-right', open: false, loading: false, name: '', unread: 0 });
  }

  /** Puts the element on the page; again, where the page threw it out. */
  attach(): void {
    const place = this.inline ?? document.body;
    if (place && !this.element.isConnected) place.append(this.element);
  }

  show(view: { position: Position; open: boolean; loading: boolean; name: string; unread: number }): void {
    const position = POSITIONS.includes(view.position) ? view.position : 'bottom-right';
    const state = `${view.open ? ' open' : ''}${view.loading ? ' loading' : ''}`;
    this.box.className = `frame ${position.replace('-', ' ')}${state}${this.inline ? ' inline' : ''}`;
    const { words } = this;
    const label = view.open ? words.close : view.name ? words.named(view.name) : words.open;
    this.launcher.setAttribute('aria-label', view.unread ? words.unread(label, view.unread) : label);
    this.launcher.setAttribute('aria-expanded', String(view.open));
    this.badge.hidden = view.unread === 0;
    this.badge.textContent = view.unread > 9 ? '9+' : String(view.unread);
  }

  /** A sentence beside the button; null takes it away. */
  say(text: string | null): void {
    this.trouble.hidden = text === null;
    this.trouble.textContent = text;
  }
}

function icon(name: string, path: string, filled: boolean): SVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  const line = document.createElementNS(SVG, 'path');
  line.setAttribute('d', path);
  line.setAttribute('fill', filled ? 'currentColor' : 'none');
  if (!filled) {
    line.setAttribute('stroke', 'currentColor');
    line.setAttribute('stroke-width', '2.2');
    line.setAttribute('stroke-linecap', 'round');
    line.setAttribute('stroke-linejoin', 'round');
  }
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', name);
  svg.setAttribute('aria-hidden', 'true');
  svg.append(line);
  return svg;
}
