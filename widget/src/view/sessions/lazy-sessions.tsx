import { useState } from 'preact/hooks';
import { Late } from '../../lazy/late.js';
import { useLate } from '../../lazy/use-late.js';
import { t } from '../../strings/strings.js';
import type { SessionsProps } from './sessions-props.js';

/** The list of conversations; loaded when somebody is about to open it. */
export const lateSessions = new Late(() => import('./sessions.js').then(({ Sessions }) => Sessions));

/** The list of conversations, over the panel. */
export function LazySessions(props: SessionsProps) {
  const [tries, setTries] = useState(0);
  return (
    <div class="over">
      <Try {...props} key={tries} onRetry={() => setTries(tries + 1)} />
    </div>
  );
}

function Try({ onRetry, ...props }: SessionsProps & { onRetry(): void }) {
  const { value: Drawn, failed } = useLate(lateSessions);
  if (Drawn) return <Drawn {...props} />;
  return (
    <div class="notice" role="status">
      <p>{failed ? t.listFailed : t.loadingList}</p>
      {failed ? (
        <button type="button" class="plain" onClick={onRetry}>
          {t.retry}
        </button>
      ) : null}
      <button type="button" class="plain" onClick={props.onClose}>
        {t.close}
      </button>
    </div>
  );
}
