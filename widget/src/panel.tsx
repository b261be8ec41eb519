import { render } from 'preact';
import { followBrowser } from './client/browser-signals.js';
import { ChatClient } from './client/chat-client.js';
import { withLocks } from './client/exclusively.js';
import { SocketTransport } from './client/socket-transport.js';
import { TokenSource } from './client/token-source.js';
import type { ChatOptions, MountPanel, Panel, PanelHost } from './loader/panel-contract.js';
import content from './styles/content.css';
import layout from './styles/panel.css';
import { sheet } from './styles/sheet.js';
import colours from './styles/tokens.css';
import { chooseLocale, loadLanguage } from './strings/languages.js';
import { speak, t } from './strings/strings.js';
import { App } from './view/app.js';
import { isolate } from './view/isolate.js';

/** Builds the panel into the loader's frame. It connects when it is opened, asked, or has a conversation to follow. */
export const mountPanel: MountPanel = (host) => new MountedPanel(host);

class MountedPanel implements Panel {
  private readonly client: ChatClient;
  private readonly tokens: TokenSource;
  private options: ChatOptions;
  private isOpen = false;
  private started = false;
  private focusTurn = 0;
  private unread = 0;
  /** Null until its sentences have come, or could not be loaded. */
  private locale: string | null = null;
  private wished = '';
  private ended = false;
  private readonly release: () => void;

  constructor(private readonly host: PanelHost) {
    this.options = host.options();
    this.tokens = new TokenSource(this.options.authToken, this.options.getToken);
    this.client = new ChatClient({
      apiUrl: host.apiUrl,
      tokens: this.tokens,
      transport: (listener) => new SocketTransport(host.apiUrl, this.tokens, listener),
      storage: { lasting: storageOf('localStorage'), tab: storageOf('sessionStorage') },
      exclusively: withLocks(navigator.locks as LockManager | undefined),
      fetch: (input, init) => fetch(input, init),
      watched: () => this.isWatched(),
    });
    host.root.adoptedStyleSheets = [
      ...host.root.adoptedStyleSheets,
      ...[colours, layout, content].map(sheet),
    ];
    const release = [isolate(host.root), followBrowser(this.client)];
    this.release = () => release.forEach((end) => end());
    this.client.setContext(this.options.context);
    this.relay();
    this.speak();
    if (this.client.hasSomethingKept()) this.start();
  }

  setOpen(open: boolean, byUser: boolean): void {
    this.isOpen = open;
    if (open) {
      this.start();
      this.unread = 0;
      this.focusTurn += byUser ? 1 : 0;
      this.client.looked();
      this.speak();
    }
    this.draw();
  }

  send(text: string): void {
    this.start();
    this.client.send(text);
  }

  setToken(token: string): void {
    if (this.started) void this.client.setToken(token);
    else this.tokens.set(token);
  }

  update(options: ChatOptions): void {
    this.options = options;
    this.client.setContext(options.context);
    this.speak();
    this.draw();
  }

  destroy(forget: boolean): void {
    this.ended = true;
    if (forget) this.client.forget();
    else this.client.keep();
    this.client.destroy();
    this.release();
    render(null, this.host.mount);
  }

  private start(): void {
    if (this.started) return;
    this.started = true;
    void this.client.start();
  }

  /** Takes the language that options, page and browser wish for now; the panel is drawn when its sentences are there. */
  private speak(): void {
    const around = this.host.root.host.closest('[lang]')?.getAttribute('lang');
    const locale = chooseLocale([this.options.locale, around, ...navigator.languages]);
    if (locale === this.wished) return;
    this.wished = locale;
    void loadLanguage(locale).then((found) => {
      if (this.ended || this.wished !== locale) return;
      speak(found.language);
      this.locale = found.locale;
      const { launcher, chatWith } = t;
      this.host.label({ ...launcher, named: chatWith });
      this.draw();
    });
  }

  private relay(): void {
    const { events } = this.client;
    const count = () => {
      if (!this.isOpen) this.host.unread(++this.unread);
    };
    events.on('message', (message) => this.host.emit('message', message));
    events.on('error', (error) => this.host.emit('error', error));
    events.on('answer', (message) => {
      this.host.emit('answer', message);
      if (this.options.sound && !this.isWatched())
        import('./sound/chime.js').then(({ chime }) => chime()).catch(() => undefined);
      count();
    });
  }

  private isWatched(): boolean {
    return this.isOpen && document.visibilityState === 'visible';
  }

  private draw(): void {
    if (this.locale === null) return;
    render(
      <App
        client={this.client}
        options={this.options}
        locale={this.locale}
        inline={this.host.inline}
        open={this.isOpen}
        focusTurn={this.focusTurn}
        onClose={() => this.host.close()}
      />,
      this.host.mount,
    );
  }
}

function storageOf(kind: 'localStorage' | 'sessionStorage'): Storage | undefined {
  try {
    return window[kind];
  } catch {
    return undefined;
  }
}
