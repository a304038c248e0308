/** Our own icons: 24 × 24, one stroke, the colour of the text around them. */
import type { Html } from "./page.ts";

const PATHS = {
  copy: "M9 9h10v11H9zM15 9V4H5v11h4",
  check: "M5 13l5 5L20 6",
  clock: "M12 4a8 8 0 100 16 8 8 0 000-16zM12 8v4l3 2",
  warning: "M12 4l9 16H3zM12 10v4M12 17v.5",
  reply: "M10 6L4 12l6 6M4 12h9a7 7 0 017 7",
  more: "M5 12h.1M12 12h.1M19 12h.1",
  send: "M12 20V5M5 12l7-7 7 7",
  close: "M6 6l12 12M18 6L6 18",
  pencil: "M4 20l1-5L16 4l4 4L9 19z",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  people: "M9 11a4 4 0 100-8 4 4 0 000 8zM2 21c0-5 3-7 7-7s7 2 7 7M16 4a4 4 0 010 7M18 14c3 1 4 3 4 7",
  link: "M10 14a4 4 0 006 0l4-4a4 4 0 00-6-6l-1 1M14 10a4 4 0 00-6 0l-4 4a4 4 0 006 6l1-1",
  arrow: "M5 12h14M13 6l6 6-6 6",
  plus: "M12 5v14M5 12h14",
  key: "M8 12a4 4 0 108 0 4 4 0 10-8 0M12 16v5M12 19h3",
  shield: "M12 3l8 3v6c0 5-4 8-8 9-4-1-8-4-8-9V6z",
  chat: "M4 5h16v11H10l-4 4v-4H4z",
  file: "M6 3h8l5 5v13H6zM14 3v5h5",
  place: "M12 21c-4-5-7-8-7-11a7 7 0 0114 0c0 3-3 6-7 11zM12 12.5a2.5 2.5 0 100-5 2.5 2.5 0 000 5z",
  poll: "M5 20V10M12 20V4M19 20v-7",
  download: "M12 4v11M7 10l5 5 5-5M5 20h14",
  phone: "M8 3h8a1 1 0 011 1v16a1 1 0 01-1 1H8a1 1 0 01-1-1V4a1 1 0 011-1zM11 18h2",
} as const;

/** Names of the icons that there are. */
export type IconName = keyof typeof PATHS;

/** An icon beside a text that says the same, so hidden from screen readers. */
export function Icon({ name }: { readonly name: IconName }): Html {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** The mark: three speech bubbles around one table, seen from above. */
export function Mark(): Html {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <circle class="mark-ring" cx="16" cy="16" r="9.5" />
      <circle class="mark-seat" cx="16" cy="5" r="4" />
      <circle class="mark-seat" cx="6.5" cy="21.5" r="4" />
      <circle class="mark-seat" cx="25.5" cy="21.5" r="4" />
    </svg>
  );
}

/** The two letters by which a messenger is told apart at a glance; its name is always written beside. */
export function Badge({ messenger }: { readonly messenger: string }): Html {
  const letters = messenger.slice(0, 1).toUpperCase() + messenger.slice(1, 2);
  return <span class={`badge badge-${messenger}`} aria-hidden="true">{letters}</span>;
}
