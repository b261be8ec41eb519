import type { Api } from '../../client/api.js';
import type { AssistantsAnswer } from '../../client/wire.js';
import { useLoad } from '../report/use-load.js';
import { text } from '../strings.js';
import { Brand } from './brand.js';
import { Problem } from './problem.js';
import type { Leaving, Query } from './query.js';
import { Report } from './report.js';
import { Skeleton } from './skeleton.js';
import { useFocus } from './use-focus.js';
import { useRefusal } from './use-refusal.js';

interface DashboardProps {
  readonly api: Api;
  readonly query: Query;
  readonly locale: string | undefined;
  onQuery(query: Query): void;
  onLeave(how: Leaving): void;
}

/** The page of somebody who gave a token: first who it is, then the figures. */
export function Dashboard(props: DashboardProps) {
  const { api, onLeave } = props;
  const who = useLoad(() => api.assistants(), 'who');
  useRefusal(who, () => onLeave('refused'));
  const place = useFocus(true);
  const leave = (): void => onLeave('signed_out');
  return (
    <>
      <Bar who={who.value} onLeave={leave} />
      <main class="page" tabIndex={-1} ref={place}>
        {who.value ? (
          <Report {...props} role={who.value.role} />
        ) : who.problem ? (
          <Problem problem={who.problem} before={false} onRetry={() => who.again()} onLeave={leave} />
        ) : (
          <Skeleton />
        )}
      </main>
    </>
  );
}

function Bar({ who, onLeave }: { who: AssistantsAnswer | undefined; onLeave: () => void }) {
  const { email, tenant_id: tenant, user_id: user } = who?.session_info ?? {};
  return (
    <header class="bar">
      <Brand />
      <div class="me">
        {who ? (
          <p>
            <b>{email ?? user}</b>
            <span>
              {(text.roleNames as Readonly<Record<string, string>>)[who.role] ?? who.role}, {tenant}
            </span>
          </p>
        ) : null}
        <button type="button" class="plain" onClick={onLeave}>
          {text.signOut}
        </button>
      </div>
    </header>
  );
}
