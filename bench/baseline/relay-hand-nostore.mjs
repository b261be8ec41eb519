/** A relay that reads the model's stream by hand and keeps nothing. */
import { askByHand } from './ask-by-hand.mjs';
import { startRelay } from './relay.mjs';

startRelay({ ask: askByHand });
