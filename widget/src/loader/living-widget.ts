import { Emitter } from '../client/emitter.js';
import { compareTokens } from '../client/identity.js';
import { Frame } from './frame.js';
import { rememberOpen, wasOpen } from './open-memory.js';
import type { ChatEvent, ChatOptions, MountPanel, Panel, PanelHost } from './panel-contract.js';

const TROUBLE = 'The assistant cannot be reached right now. Select the button to try again.';
const IDLE = 4_000;

/** Where the panel's chunk and the service are, as the script's own address tells. */
export interface Source {
  readonly apiUrl: string;
  readonly assets: string;
}

/** One widget on the page: its button at once, its panel when it is first needed. */
export class LivingWidget {
  readonly events = new Emitter();
  readonly element: HTMLElement;
  private readonly apiUrl: string;
  private readonly frame: Frame;
  private panel: Promise<Panel> | null = null;
  private token: string | undefined;
  private tries = 0;
  private unread = 0;
  private isOpen = false;
  private loading = false;
  private ready = false;
  private dead = false;

  constructor(
    private options: ChatOptions,
    private readonly source: Source,
  ) {
    this.token = options.authToken;
    this.apiUrl = apiUrlOf(options, source);
    this.frame = new Frame(containerOf(options));
    this.element = this.frame.element;
    this.frame.launcher.addEventListener('click', () => this.setOpen(!this.isOpen));
    this.frame.launcher.addEventListener('pointerenter', () => this.preload());
    const begin = () => this.begin();
    if (document.body) begin();
    else document.addEventListener('DOMContentLoaded', begin, { once: true });
  }

  get opened(): boolean {
    return this.isOpen;
  }

  get isReady(): boolean {
    return this.ready;
  }

  /** True where these options are for the same user of the same service, as far as the tokens tell. */
  isFor(options: ChatOptions): boolean {
    if (this.dead || apiUrlOf(options, this.source) !== this.apiUrl) return false;
    if (options.authToken === undefined || this.token === undefined) return options.getToken !== undefined;
    return compareTokens(this.token, options.authToken) !== 'other';
  }

  /** Goes on with new options. */
  adopt(options: ChatOptions): void {
    const renewed = options.authToken !== undefined && options.authToken !== this.token;
    this.update(options);
    this.frame.attach();
    if (renewed) this.setToken(options.authToken!);
    if (options.open) this.setOpen(true);
  }

  update(options: ChatOptions): void {
    this.options = { ...this.options, ...options };
    this.show();
    if (this.panel) this.call((panel) => panel.update(this.options));
  }

  setToken(token: string): void {
    this.token = token;
    this.options = { ...this.options, authToken: token };
    if (this.panel) this.call((panel) => panel.setToken(token));
  }

  send(text: string): void {
    this.call((panel) => panel.send(text));
  }

  /** `byUser` false: the state of the last page is restored, and the focus stays where it is. */
  setOpen(open: boolean, byUser = true): void {
    if (this.dead || (open === this.isOpen && this.panel && !byUser)) return;
    const changed = open !== this.isOpen;
    const held = this.frame.root.activeElement !== null;
    this.isOpen = open;
    if (open) this.unread = 0;
    rememberOpen(this.apiUrl, this.token, open);
    this.show();
    this.frame.say(null);
    if (open || this.panel) this.call((panel) => panel.setOpen(this.isOpen, byUser));
    if (!open && held) this.frame.launcher.focus();
    if (changed) this.events.emit(open ? 'open' : 'close');
  }

  /** Takes everything off the page. `forget`: another user comes, so nothing stays of this one. */
  end(forget: boolean): void {
    if (this.dead) return;
    this.dead = true;
    if (forget) rememberOpen(this.apiUrl, this.token, false);
    this.panel?.then((panel) => panel.destroy(forget)).catch(() => undefined);
    this.frame.element.remove();
    this.events.clear();
  }

  private begin(): void {
    if (this.dead) return;
    this.frame.attach();
    this.show();
    const inline = this.options.container !== undefined;
    if (inline || (this.options.open ?? wasOpen(this.apiUrl, this.token))) this.setOpen(true, false);
    else whenIdle(() => this.preload());
  }

  private show(): void {
    this.frame.show({
      position: this.options.position ?? 'bottom-right',
      open: this.isOpen,
      loading: this.loading,
      name: this.options.assistantName ?? '',
      unread: this.unread,
    });
  }

  private call(action: (panel: Panel) => void): void {
    this.load().then(
      (panel) => !this.dead && action(panel),
      () => this.unreachable(),
    );
  }

  private preload(): void {
    if (!this.dead) this.load().catch(() => undefined);
  }

  private load(): Promise<Panel> {
    if (this.panel) return this.panel;
    this.loading = true;
    this.show();
    const again = this.tries++ ? `?try=${this.tries}` : '';
    const loaded = import(`${this.source.assets}${PANEL_FILE}${again}`)
      .then((chunk: { mountPanel: MountPanel }) => this.mounted(chunk.mountPanel))
      .catch((thrown: unknown) => {
        if (this.panel === loaded) this.panel = null;
        throw thrown;
      })
      .finally(() => {
        this.loading = false;
        this.show();
      });
    this.panel = loaded;
    return loaded;
  }

  private mounted(mountPanel: MountPanel): Panel {
    if (this.dead) throw new Error('The widget was taken away.');
    const panel = mountPanel(this.host());
    this.ready = true;
    this.events.emit('ready' satisfies ChatEvent);
    return panel;
  }

  private host(): PanelHost {
    return {
      root: this.frame.root,
      mount: this.frame.mount,
      apiUrl: this.apiUrl,
      inline: this.options.container !== undefined,
      options: () => this.options,
      emit: (event, data) => this.events.emit(event, data),
      close: () => this.setOpen(false),
      label: (words) => {
        this.frame.words = words;
        this.show();
      },
      unread: (count) => {
        this.unread = this.isOpen ? 0 : count;
        this.show();
        this.events.emit('unread' satisfies ChatEvent, { count: this.unread });
      },
    };
  }

  private unreachable(): void {
    if (this.dead) return;
    this.isOpen = false;
    this.show();
    this.frame.say(TROUBLE);
    const error = { status: 0, code: 'UNREACHABLE', title: 'Not reachable', detail: TROUBLE };
    this.events.emit('error' satisfies ChatEvent, error);
  }
}

function apiUrlOf(options: ChatOptions, source: Source): string {
  const given = (options.apiUrl ?? source.apiUrl).replace(/\/+$/, '');
  return new URL(given, location.href).href.replace(/\/+$/, '');
}

function containerOf({ container }: ChatOptions): HTMLElement | null {
  if (container === undefined) return null;
  const found = typeof container === 'string' ? document.querySelector<HTMLElement>(container) : container;
  if (!found) throw new TypeError('BizOSaaSChat: there is no element for the container');
  return found;
}

function whenIdle(run: () => void): void {
  const later = () =>
    typeof requestIdleCallback === 'function'
      ? requestIdleCallback(run, { timeout: IDLE })
      : setTimeout(run, IDLE);
  if (document.readyState === 'complete') later();
  else addEventListener('load', later, { once: true });
}
