import { useState } from 'preact/hooks';
import { ChatError } from '../../client/chat-error.js';
import type { GetToken } from '../../client/token-source.js';
import { text } from '../strings.js';
import { Brand } from '../view/brand.js';
import { problemText } from '../view/problem.js';
import type { Leaving } from '../view/query.js';
import { useFocus } from '../view/use-focus.js';
import { DEMO_ROLES, type DemoRole, demoToken } from './demo-token.js';

interface SignInProps {
  readonly apiUrl: string;
  readonly demo: boolean;
  /** Whether another page may hand a token over. */
  readonly hosted: boolean;
  /** How the session before this ended, where there was one. */
  readonly left: Leaving | null;
  onToken(token: string, getToken?: GetToken): void;
}

/** Asks who is there. A token that is typed goes on in memory; its field is gone with this form. */
export function SignIn({ apiUrl, demo, hosted, left, onToken }: SignInProps) {
  const place = useFocus(left !== null);
  return (
    <main class="gate" tabIndex={-1} ref={place}>
      <section class="card">
        <Brand />
        <h1>{text.signIn}</h1>
        <p class="hint">{text.signInText}</p>
        {hosted ? <p class="hint">{text.signInHosted}</p> : null}
        {left === 'refused' || left === 'ended' ? (
          <p class="sentence" role="alert">
            {text.signedOut}
          </p>
        ) : null}
        {demo ? <DemoRoles apiUrl={apiUrl} onToken={onToken} /> : null}
        <TokenForm onToken={onToken} />
      </section>
    </main>
  );
}

function DemoRoles({ apiUrl, onToken }: Pick<SignInProps, 'apiUrl' | 'onToken'>) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const choose = async (role: DemoRole): Promise<void> => {
    setBusy(true);
    setProblem('');
    try {
      onToken(await demoToken(apiUrl, role), () => demoToken(apiUrl, role));
    } catch (error) {
      setProblem(error instanceof ChatError ? problemText(error) : text.failed);
      setBusy(false);
    }
  };
  return (
    <div class="roles" role="group" aria-label={text.demo}>
      <p class="label">{text.demo}</p>
      {DEMO_ROLES.map((role) => (
        <button type="button" class="plain" disabled={busy} onClick={() => void choose(role)}>
          {text.roleNames[role]}
        </button>
      ))}
      {problem ? (
        <p class="sentence" role="alert">
          {problem}
        </p>
      ) : null}
      <p class="or">
        <span>{text.or}</span>
      </p>
    </div>
  );
}

function TokenForm({ onToken }: Pick<SignInProps, 'onToken'>) {
  const take = (event: SubmitEvent): void => {
    event.preventDefault();
    const field = (event.currentTarget as HTMLFormElement).elements.namedItem('token') as HTMLInputElement;
    const token = field.value.trim();
    field.value = '';
    if (token) onToken(token);
  };
  return (
    <form class="token" onSubmit={take}>
      <label for="token">{text.token}</label>
      <input
        id="token"
        type="password"
        autocomplete="off"
        spellcheck={false}
        placeholder="eyJ…"
        aria-describedby="token-hint"
        required
      />
      <p class="hint" id="token-hint">
        {text.tokenHint}
      </p>
      <button type="submit" class="primary">
        {text.useToken}
      </button>
    </form>
  );
}
