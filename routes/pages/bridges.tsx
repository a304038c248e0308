/** The invite page's link, and the bridges with their state, their links and what has to be done for them. */
import type { BridgeStatus, BridgeView, GroupView } from "../../actors/model/mod.ts";
import { Badge, Icon } from "./icons.tsx";
import { type Html, messengerName, type Page } from "./page.ts";
import { ShareLink } from "./parts.tsx";

interface GroupProps {
  readonly page: Page;
  readonly group: GroupView;
}

/** Address of the page by which everybody joins. */
export function inviteUrlOf(page: Page, group: GroupView): string {
  return `${page.publicUrl}/j/${group.inviteCode}`;
}

/** The one link to pass on. */
export function Invite({ page, group }: GroupProps): Html {
  return (
    <section class="card" aria-labelledby="invite-title" data-key="invite">
      <h2 id="invite-title">{page.t("group.invite")}</h2>
      <p class="hint">{page.t("group.invite-hint")}</p>
      <ShareLink
        page={page}
        id="invite-url"
        url={inviteUrlOf(page, group)}
        label={page.t("group.invite-link")}
      />
      <p>
        <a href={`/j/${group.inviteCode}`}>{page.t("group.invite-open")}</a>
      </p>
    </section>
  );
}

/** Every messenger of the group. */
export function Bridges({ page, group }: GroupProps): Html {
  return (
    <section class="card" aria-labelledby="bridges-title" data-key="bridges">
      <h2 id="bridges-title">{page.t("group.bridges")}</h2>
      <ul class="bridges">
        {group.bridges.map((bridge) => <BridgeItem page={page} group={group} bridge={bridge} />)}
      </ul>
    </section>
  );
}

interface BridgeProps extends GroupProps {
  readonly bridge: BridgeView;
}

function BridgeItem({ page, group, bridge }: BridgeProps): Html {
  const name = messengerName(page, bridge.messenger);
  const url = bridge.inviteUrl ??
    (bridge.messenger === "web" ? `${inviteUrlOf(page, group)}/chat` : null);
  return (
    <li
      class="bridge"
      data-key={bridge.messenger}
      data-messenger={bridge.messenger}
      data-status={bridge.status}
    >
      <p class="bridge-head">
        <Badge messenger={bridge.messenger} />
        <strong>{name}</strong>
        <span class={`pill pill-${PILL[bridge.status]}`}>{page.t(`bridge-status.${bridge.status}`)}</span>
      </p>
      {bridge.reason ? <p class="reason" data-key="reason">{reasonText(page, name, bridge.reason)}</p> : null}
      {bridge.action ? <ActionStep page={page} bridge={bridge} /> : null}
      {url !== null && bridge.status === "ready"
        ? (
          <ShareLink
            page={page}
            id={`link-${bridge.messenger}`}
            url={url}
            label={page.t("group.link-for", { messenger: name })}
          />
        )
        : null}
    </li>
  );
}

/** A reason is a sentence, or the key of one. */
function reasonText(page: Page, messenger: string, reason: string): string {
  return /^bridge\.[a-z-]+$/.test(reason) ? page.t(reason, { messenger }) : reason;
}

const PILL: Readonly<Record<BridgeStatus, "good" | "warn" | "bad" | "quiet">> = {
  "creating": "quiet",
  "needs-action": "warn",
  "ready": "good",
  "paused": "quiet",
  "failed": "bad",
};

function ActionStep({ page, bridge }: { readonly page: Page; readonly bridge: BridgeView }): Html | null {
  const action = bridge.action;
  if (action === undefined) return null;
  return (
    <div class="action" data-key="action">
      <p>{action.text}</p>
      {action.url && /^(https?|tg):\/\//.test(action.url)
        ? (
          <a class="button" href={action.url} rel="noopener">
            {page.t("bridge.do", { messenger: messengerName(page, bridge.messenger) })}
            <Icon name="arrow" />
          </a>
        )
        : null}
    </div>
  );
}
