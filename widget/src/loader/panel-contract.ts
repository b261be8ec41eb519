export type Position = 'bottom-right' | 'bottom-left' | 'top-right' | 'top-left';
export type Theme = 'light' | 'dark' | 'auto';
export type ChatEvent = 'ready' | 'open' | 'close' | 'message' | 'answer' | 'error' | 'unread';

/** What a host page gives to `new BizOSaaSChat(...)`. */
export interface ChatOptions {
  /** Base URL of the service; otherwise where the script came from. */
  readonly apiUrl?: string;
  readonly authToken?: string;
  /** Asked for a token at the start and before each one ends. */
  readonly getToken?: () => string | Promise<string>;
  readonly position?: Position;
  /** An element, or a selector, that the panel fills; without it there is a button in a corner. */
  readonly container?: HTMLElement | string;
  readonly theme?: Theme;
  readonly locale?: string;
  /** What the page says of itself, such as `current_page`. */
  readonly context?: Readonly<Record<string, unknown>>;
  readonly assistantName?: string;
  readonly open?: boolean;
  /** Two soft notes when an answer is there and nobody looks; off where it is not said. */
  readonly sound?: boolean;
}

/** The words of the button. `open` is said where no name is given. */
export interface LauncherWords {
  readonly open: string;
  readonly close: string;
  readonly named: (name: string) => string;
  readonly unread: (label: string, count: number) => string;
}

/** What the loader offers to the panel. */
export interface PanelHost {
  readonly root: ShadowRoot;
  /** Where the panel renders. */
  readonly mount: HTMLElement;
  readonly apiUrl: string;
  readonly inline: boolean;
  options(): ChatOptions;
  emit(event: ChatEvent, data?: unknown): void;
  close(): void;
  /** The button's words in the language of the panel; before, they are English. */
  label(words: LauncherWords): void;
  unread(count: number): void;
}

/** What the panel offers to the loader. */
export interface Panel {
  /** `byUser`: the focus moves in; not when the state of the last page is restored. */
  setOpen(open: boolean, byUser: boolean): void;
  send(text: string): void;
  setToken(token: string): void;
  update(options: ChatOptions): void;
  /** `forget`: another user comes; what is stored of this one goes too. */
  destroy(forget: boolean): void;
}

export type MountPanel = (host: PanelHost) => Panel;
