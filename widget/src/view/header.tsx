import type { ConnectionStatus } from '../state/chat-state.js';
import { en } from '../strings/en.js';
import { Icon } from './icons.js';

const STATUS: Readonly<Record<ConnectionStatus, string>> = {
  online: en.online,
  connecting: en.connecting,
  reconnecting: en.reconnecting,
  offline: en.offline,
  signed_out: en.signedOut,
  refused: en.refused,
};

interface HeaderProps {
  readonly name: string;
  readonly avatar: string;
  readonly status: ConnectionStatus;
  readonly canClose: boolean;
  readonly canBegin: boolean;
  onBegin(): void;
  onClose(): void;
}

/** Who answers, how the connection is, and the panel's own buttons. */
export function Header({ name, avatar, status, canClose, canBegin, onBegin, onClose }: HeaderProps) {
  return (
    <div class="head">
      <span class="avatar" aria-hidden="true">
        {avatar}
      </span>
      <div class="who">
        <h2>{name}</h2>
        <p class={`status ${status}`} role="status">
          {STATUS[status]}
        </p>
      </div>
      <button
        type="button"
        class="tool"
        aria-label={en.newConversation}
        title={en.newConversation}
        disabled={!canBegin}
        onClick={onBegin}
      >
        <Icon name="fresh" />
      </button>
      {canClose ? (
        <button type="button" class="tool" aria-label={en.close} title={en.close} onClick={onClose}>
          <Icon name="close" />
        </button>
      ) : null}
    </div>
  );
}
