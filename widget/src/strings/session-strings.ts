import { enSessions, type SessionStrings } from './en-sessions.js';
import { onLanguage } from './strings.js';

/** The sentences of the list of conversations, in the language in use. */
export let text: SessionStrings = enSessions;

onLanguage((language) => {
  text = language?.sessions ?? enSessions;
});
