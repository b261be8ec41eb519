import type { Ref, RefObject } from 'preact';
import type { ConnectionStatus } from '../state/chat-state.js';
import { t } from '../strings/strings.js';
import { Icon, type IconName } from './icons.js';
import { lateSessions } from './sessions/lazy-sessions.js';

interface HeaderProps {
  readonly name: string;
  readonly avatar: string;
  readonly status: ConnectionStatus;
  readonly canClose: boolean;
  readonly canBegin: boolean;
  readonly listButton: RefObject<HTMLButtonElement | null>;
  onList(): void;
  onBegin(): void;
  onClose(): void;
}

/** Who answers, how the connection is, and the panel's own buttons. */
export function Header(props: HeaderProps) {
  const { name, avatar, status, canClose, canBegin, onBegin, onClose } = props;
  const nearList = () => void lateSessions.load();
  return (
    <div class="head">
      <span class="avatar" aria-hidden="true">
        {avatar}
      </span>
      <div class="who">
        <h2>{name}</h2>
        <p class={`status ${status}`} role="status">
          {t.status[status]}
        </p>
      </div>
      <Tool
        label={t.conversations}
        icon="list"
        buttonRef={props.listButton}
        onNear={nearList}
        onClick={props.onList}
      />
      <Tool label={t.newConversation} icon="fresh" disabled={!canBegin} onClick={onBegin} />
      {canClose ? <Tool label={t.close} icon="close" onClick={onClose} /> : null}
    </div>
  );
}

interface ToolProps {
  readonly label: string;
  readonly icon: IconName;
  readonly disabled?: boolean;
  readonly buttonRef?: Ref<HTMLButtonElement>;
  /** It may be pressed soon. */
  onNear?(): void;
  onClick(): void;
}

function Tool({ label, icon, disabled = false, buttonRef, onNear, onClick }: ToolProps) {
  return (
    <button
      type="button"
      class="tool"
      ref={buttonRef}
      aria-label={label}
      title={label}
      disabled={disabled}
      onPointerEnter={onNear}
      onFocus={onNear}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}
