/** The REST contract on the real relay, over a real socket and a real database. */
import { restSuite } from "../contract/rest_contract.ts";
import { plenumHere } from "../fakes/plenum.ts";

restSuite("Plenum with its sandbox", () => plenumHere());
