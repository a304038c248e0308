import { adapterContract } from "../../../contract/adapter_contract.ts";
import { openSimulated } from "./opened.ts";

for (const messenger of ["whatsapp", "signal", "telegram"]) {
  adapterContract({
    name: `sandbox ${messenger}`,
    open: (host) => openSimulated(messenger, host),
  });
}
