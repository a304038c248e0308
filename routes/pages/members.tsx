/** Who is in a group, over all messengers. */
import type { MemberId, MemberView } from "../../actors/model/mod.ts";
import { Badge } from "./icons.tsx";
import { type Html, messengerName, type Page } from "./page.ts";

interface MembersProps {
  readonly page: Page;
  readonly members: readonly MemberView[];
  readonly me: MemberId;
}

/** The roster. Names and messengers only: nothing else of a person crosses. */
export function Members({ page, members, me }: MembersProps): Html {
  return (
    <section class="card" aria-labelledby="members-title" data-key="members">
      <h2 id="members-title">
        {page.t("group.members")} <span class="count">{members.length}</span>
      </h2>
      <ul class="people">
        {members.map((member) => (
          <li data-key={member.id}>
            <Badge messenger={member.messenger} />
            <span class="person">
              <span dir="auto">{member.name}</span>
              <span class="quiet">
                {messengerName(page, member.messenger)}
                {member.id === me ? ` · ${page.t("group.you")}` : ""}
                {member.muted ? ` · ${page.t("group.muted")}` : ""}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
