/** A poll: what can be chosen, who chose what, and the form to choose with. */
import type { Content, MemberId } from "../../actors/model/mod.ts";
import type { MessageProps } from "./content.tsx";
import { Icon } from "./icons.tsx";
import type { Html } from "./page.ts";

type PollProps = MessageProps & { readonly poll: Content & { type: "poll" } };

/** How many names stand below an option. */
const NAMES_MAX = 8;

/** The poll of a message, with the votes of everybody on every messenger. */
export function Poll(props: PollProps): Html {
  const { page, message, poll, base } = props;
  const closed = message.closed === true;
  const voters = Object.keys(message.votes ?? {}).length;
  const many = poll.multiple === true ? "chat.poll-many" : "chat.poll-one";
  return (
    <div class="poll" data-key={`poll-${message.id}`}>
      <p class="kind">
        <Icon name="poll" />
        {page.t(closed ? "chat.poll-closed" : many)}
      </p>
      <p class="text poll-question" dir="auto">{poll.question}</p>
      <form method="post" action={`${base}/messages/${message.id}/vote`} data-enhance>
        <ol class="poll-options">
          {poll.options.map((text, at) => <Option {...props} at={at} text={text} voters={voters} />)}
        </ol>
        <p class="quiet" aria-live="polite">{page.t("chat.poll-voters", { count: String(voters) })}</p>
        {closed ? null : <Buttons {...props} />}
      </form>
      {closed || !mayClose(props)
        ? null
        : (
          <form method="post" action={`${base}/messages/${message.id}/close`} data-enhance>
            <button type="submit" class="plain poll-close">{page.t("chat.poll-close")}</button>
          </form>
        )}
    </div>
  );
}

function Buttons({ page, message, me }: PollProps): Html {
  return (
    <p class="row">
      <button type="submit">{page.t("chat.poll-vote")}</button>
      {(message.votes?.[me]?.length ?? 0) === 0
        ? null
        : (
          <button type="submit" class="quiet-button" name="none" value="yes">
            {page.t("chat.poll-take-back")}
          </button>
        )}
    </p>
  );
}

/** Whoever asked, and the owner of the group. */
function mayClose({ message, members, me }: PollProps): boolean {
  return message.author.member === me || members.some(({ id, owner }) => id === me && owner);
}

type OptionProps = PollProps & { readonly at: number; readonly text: string; readonly voters: number };

function Option(props: OptionProps): Html {
  const { message, poll, me, at, text, voters } = props;
  const id = `poll-${message.id}-${at}`;
  const who = votersOf(props);
  const input = message.closed === true ? null : (
    <input
      id={id}
      type={poll.multiple === true ? "checkbox" : "radio"}
      name="option"
      value={at}
      checked={message.votes?.[me]?.includes(at) === true}
    />
  );
  return (
    <li class="poll-option">
      <label for={input === null ? undefined : id} class="poll-label">
        {input}
        <span dir="auto">{text}</span>
        <strong>{who.length}</strong>
      </label>
      <progress value={who.length} max={Math.max(1, voters)} aria-hidden="true"></progress>
      {who.length === 0 ? null : <span class="quiet poll-names" dir="auto">{namesOf(props, who)}</span>}
    </li>
  );
}

function votersOf({ message, at }: OptionProps): MemberId[] {
  return Object.entries(message.votes ?? {}).filter(([, chosen]) => chosen.includes(at))
    .map(([member]) => member as MemberId);
}

function namesOf({ page, members }: OptionProps, who: readonly MemberId[]): string {
  const names = new Map(members.map(({ id, name }) => [id, name]));
  const shown = who.slice(0, NAMES_MAX).map((one) => names.get(one) ?? page.t("chat.somebody"));
  const more = who.length - shown.length;
  return more > 0 ? `${shown.join(", ")} +${more}` : shown.join(", ");
}
