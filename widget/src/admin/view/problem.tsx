import type { ChatError } from '../../client/chat-error.js';
import { Icon } from '../../view/icons.js';
import { text } from '../strings.js';

/** What went wrong, in one or two sentences that a person can act on. */
export function problemText(problem: ChatError): string {
  const what =
    problem.status === 0 ? text.unreachable : problem.status === 429 ? text.tooMany : problem.body.detail;
  return problem.retryAfter ? `${what} ${text.retryIn(Math.ceil(problem.retryAfter))}` : what;
}

interface ProblemProps {
  readonly problem: ChatError;
  /** The role of who is signed in, where it is known. */
  readonly role?: string;
  /** Whether figures that came before are still shown. */
  readonly before: boolean;
  onRetry(): void;
  onLeave(): void;
}

const roleName = (role: string): string => (text.roleNames as Readonly<Record<string, string>>)[role] ?? role;

/** A refusal or failure, with the one thing to do about it. */
export function Problem({ problem, role, before, onRetry, onLeave }: ProblemProps) {
  const refused = problem.status === 403;
  const notAdmin = problem.code === 'ANALYTICS_SCOPE_REFUSED' && role !== undefined;
  const title = notAdmin ? text.onlyAdmins : refused ? text.noAccess : text.failed;
  return (
    <section class="card trouble" role="alert">
      <h2>{title}</h2>
      <p>{notAdmin ? text.onlyAdminsText(roleName(role)) : problemText(problem)}</p>
      {before ? <p class="hint">{text.shownBefore}</p> : null}
      <button type="button" class="primary" onClick={refused ? onLeave : onRetry}>
        {refused ? null : <Icon name="retry" />}
        {refused ? text.otherIdentity : text.retry}
      </button>
    </section>
  );
}
