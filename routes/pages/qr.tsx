/** QR codes as SVG, drawn on the server: one path, no script. */
import { encode } from "uqr";
import type { Html } from "./page.ts";

/** Quiet zone that readers need around the code, in modules. */
const BORDER = 3;

/** A QR code of `text`; `label` says to people who cannot see it what it leads to. */
export function Qr({ text, label }: { readonly text: string; readonly label: string }): Html {
  const code = encode(text, { ecc: "M", border: BORDER });
  let path = "";
  code.data.forEach((row, y) => {
    row.forEach((dark, x) => {
      if (dark) path += `M${x} ${y}h1v1h-1z`;
    });
  });
  return (
    <svg class="qr" viewBox={`0 0 ${code.size} ${code.size}`} role="img" aria-label={label}>
      <rect class="qr-light" width={code.size} height={code.size} />
      <path class="qr-dark" d={path} />
    </svg>
  );
}
