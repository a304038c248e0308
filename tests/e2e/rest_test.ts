/** The REST contract on the real relay, over a real socket, a real database and a real library of files. */
import { restSuite } from "../contract/rest_contract.ts";
import { plenumHere } from "../fakes/plenum.ts";

restSuite("Plenum with its sandbox", () => plenumHere());
