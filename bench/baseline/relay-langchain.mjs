/** A relay that stores two rows a message and asks the model through LangChain's ChatOpenAI, as the service does. */
import { ChatOpenAI } from '@langchain/openai';
import { startRelay } from './relay.mjs';
import { openStore } from './store.mjs';

const model = new ChatOpenAI({
  model: 'bench',
  apiKey: 'not-needed',
  streamUsage: true,
  maxRetries: 0,
  configuration: { baseURL: process.env.MODEL_URL },
});

startRelay({
  store: await openStore(),
  ask: async (content, onText) => {
    for await (const chunk of await model.stream([['user', content]])) {
      if (chunk.content) onText(chunk.content);
    }
  },
});
