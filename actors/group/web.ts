/** The messenger of browsers. */
import { Messenger } from "../model/mod.ts";

/** Whoever signed up writes from there. Browsers read the history: they see all that is known of a message. */
export const WEB: Messenger = Messenger.parse("web");
