import { useEffect, useRef, useState } from 'preact/hooks';
import { Api } from '../../client/api.js';
import { compareTokens } from '../../client/identity.js';
import { type GetToken, TokenSource } from '../../client/token-source.js';
import { Dashboard } from '../view/dashboard.js';
import type { Leaving, Query } from '../view/query.js';
import { SignIn } from './sign-in.js';
import type { TokenHandOver } from './token-hand-over.js';

interface AppProps {
  readonly apiUrl: string;
  readonly handOver: TokenHandOver;
  readonly demo: boolean;
  readonly locale: string | undefined;
}

/** One identity, from its first token until it signs out or is refused. */
interface Session {
  readonly number: number;
  readonly tokens: TokenSource;
  readonly api: Api;
}

let sessions = 0;

/** The sign-in, or the figures of who signed in. Tokens live in memory and nowhere else. */
export function App({ apiUrl, handOver, demo, locale }: AppProps) {
  const [session, setSession] = useState<Session | null>(null);
  const [left, setLeft] = useState<Leaving | null>(null);
  const [query, setQuery] = useState<Query>({ days: 30 });
  const current = useRef(session);
  current.current = session;
  const begin = (token: string, getToken?: GetToken): void => {
    const tokens = new TokenSource(token, getToken);
    const api = new Api(apiUrl, tokens, (input, init) => fetch(input, init));
    setLeft(null);
    setSession({ number: ++sessions, tokens, api });
  };
  useEffect(() => {
    const end = handOver.listen((token) => {
      const known = current.current?.tokens;
      if (known && compareTokens(known.current, token) === 'same') known.set(token);
      else begin(token);
    });
    handOver.ask();
    return end;
  }, [handOver]);
  const leave = (how: Leaving): void => {
    setSession(null);
    setLeft(how);
    if (how === 'ended') handOver.ask();
  };
  if (!session)
    return <SignIn apiUrl={apiUrl} demo={demo} hosted={handOver.isHosted} left={left} onToken={begin} />;
  return (
    <Dashboard
      key={session.number}
      api={session.api}
      query={query}
      locale={locale}
      onQuery={setQuery}
      onLeave={leave}
    />
  );
}
