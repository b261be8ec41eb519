/** A relay that stores two rows a message and reads the model's stream by hand. */
import { askByHand } from './ask-by-hand.mjs';
import { startRelay } from './relay.mjs';
import { openStore } from './store.mjs';

startRelay({ ask: askByHand, store: await openStore() });
