/** The Bot API's methods for polls, places and cards, with Telegram's own refusals. */
import { z } from "zod";
import { changeableChat, chatOf, type Method, type MethodCall, placeOf, visible } from "./method_call.ts";
import { messageObject, pollObject } from "./objects.ts";
import { badRequest } from "./refusal.ts";
import type { State } from "./world.ts";

const QUESTION_MAX = 300;
const OPTION_MAX = 100;
const OPTIONS_MAX = 12;
const VCARD_MAX = 2048;
const DESCRIPTION_MAX = 255;

/** By name in lower case. */
export const KIND_METHODS: Readonly<Record<string, Method>> = {
  sendpoll: sendPoll,
  stoppoll: stopPoll,
  sendlocation: sendLocation,
  sendvenue: sendVenue,
  sendcontact: sendContact,
  setchatdescription: setChatDescription,
};

function sendPoll(state: State, { payload }: MethodCall): unknown {
  const { chat, head } = placeOf(state, payload, "polls");
  const given = z.looseObject({
    question: z.string(),
    options: z.array(z.looseObject({ text: z.string() })),
    is_anonymous: z.boolean().default(true),
    allows_multiple_answers: z.boolean().default(false),
  }).parse(payload);
  const options = given.options.map(({ text }) => text);
  if (given.question.trim() === "") throw badRequest("poll question must be non-empty");
  if (given.question.length > QUESTION_MAX) {
    throw badRequest(`poll question length must not exceed ${QUESTION_MAX}`);
  }
  if (options.length < 1) throw badRequest("poll must have at least 1 option");
  if (options.length > OPTIONS_MAX) throw badRequest(`poll can't have more than ${OPTIONS_MAX} options`);
  if (options.some((option) => option.trim() === "")) throw badRequest("poll options must be non-empty");
  if (options.some((option) => option.length > OPTION_MAX)) {
    throw badRequest(`poll options length must not exceed ${OPTION_MAX}`);
  }
  const poll = state.newPoll({
    question: given.question,
    options,
    multiple: given.allows_multiple_answers,
    anonymous: given.is_anonymous,
  });
  return messageObject(chat, state.addMessage(chat, { ...head, text: "", poll }));
}

function stopPoll(state: State, { payload }: MethodCall): unknown {
  const chat = chatOf(state, payload);
  const { message_id: id } = z.looseObject({ message_id: z.number() }).parse(payload);
  const message = visible(chat, id);
  if (message?.poll === undefined) throw badRequest("message with poll to stop not found");
  if (message.from.id !== state.bot.id) throw badRequest("poll can't be stopped");
  if (message.poll.closed) throw badRequest("poll has already been closed");
  state.closePoll(chat, message.poll);
  return pollObject(message.poll);
}

const Place = z.looseObject({
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
});

function sendLocation(state: State, { payload }: MethodCall): unknown {
  const { chat, head } = placeOf(state, payload, "locations");
  const { latitude, longitude } = Place.parse(payload);
  const place = { latitude, longitude };
  return messageObject(chat, state.addMessage(chat, { ...head, text: "", place }));
}

function sendVenue(state: State, { payload }: MethodCall): unknown {
  const { chat, head } = placeOf(state, payload, "venues");
  const { latitude, longitude, title, address } = Place.extend({ title: z.string(), address: z.string() })
    .parse(payload);
  if (title === "" || address === "") throw badRequest("venue title and address must be non-empty");
  const place = { latitude, longitude, title, address };
  return messageObject(chat, state.addMessage(chat, { ...head, text: "", place }));
}

function sendContact(state: State, { payload }: MethodCall): unknown {
  const { chat, head } = placeOf(state, payload, "contacts");
  const { phone_number: phone, first_name: firstName, vcard } = z.looseObject({
    phone_number: z.string(),
    first_name: z.string(),
    vcard: z.string().optional(),
  }).parse(payload);
  if (phone === "") throw badRequest("phone number is empty");
  if (firstName === "") throw badRequest("first name is empty");
  if (new TextEncoder().encode(vcard ?? "").length > VCARD_MAX) throw badRequest("vCard is too big");
  const contact = { phone, firstName, ...(vcard === undefined ? {} : { vcard }) };
  return messageObject(chat, state.addMessage(chat, { ...head, text: "", contact }));
}

function setChatDescription(state: State, { payload }: MethodCall): true {
  const chat = changeableChat(state, payload, "description");
  const { description } = z.looseObject({ description: z.string().default("") }).parse(payload);
  if (description.length > DESCRIPTION_MAX) throw badRequest("chat description is too long");
  if (description === chat.description) throw badRequest("chat description is not modified");
  // No update tells of it, not even people's bots.
  chat.description = description;
  state.changes.notify();
  return true;
}
