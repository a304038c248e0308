/** Ops that an adapter's table does not carry: the Lane lowers them, so that one that comes is refused. */
import type { NativeOp } from "../../actors/model/mod.ts";
import { Rejected } from "../../actors/ports/mod.ts";

/** `op` as one of `types`. @throws {Rejected} where it is none */
export function carried<Type extends NativeOp["type"]>(
  op: NativeOp,
  types: readonly Type[],
): Extract<NativeOp, { type: Type }> {
  if (isOf(op, types)) return op;
  throw new Rejected(`Cannot perform a ${op.type} as the table must carry it: it does not`, "invalid");
}

function isOf<Type extends NativeOp["type"]>(
  op: NativeOp,
  types: readonly Type[],
): op is Extract<NativeOp, { type: Type }> {
  const known: readonly string[] = types;
  return known.includes(op.type);
}
