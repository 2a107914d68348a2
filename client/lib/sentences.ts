// The API's refusals as sentences for the user: by their code, with the code's
// parameters. Limits are the API's own. A code that is newer than this page has the API's sentence.
import type { Complaint } from "./api/transport.ts";
import type { DeclineReason, FieldCode, Slug } from "./api/types.gen.ts";
import { formatBytes, formatPrice, formatSpan } from "./format.ts";
import { notVerified } from "./not-verified.ts";
import { promiseChanged } from "./what-you-get.ts";

type Params = Record<string, string | number | boolean>;
type Sentence = string | ((params: Params) => string);

const unreadable = "The request could not be read. Load the page again and retry.";
const noOrder = "There is no such order.";
const busy = "Too many people are here right now. Try again in a moment.";
const wait = ({ seconds }: Params) => formatWait(Number(seconds));

/** Of whole requests. */
const refusals: Record<Slug, Sentence> = {
  address_changed_lately: (params) =>
    `The address was changed a short time ago, and a link to the former one can still take the account back. Try again in ${wait(params)}.`,
  already_refunded: "The order has been refunded already.",
  body_too_large: ({ max }) => `This is more than ${formatBytes(Number(max))}. Send less.`,
  card_declined: ({ reason }) => declined[reason as DeclineReason] ?? declined.generic_decline,
  cross_site_request: "The request came from another site. Load the page again and retry.",
  duplicate_ticket: "Another ticket here has this code already. Each code can be listed once.",
  email_in_use: "This address has an account already. Sign in instead, or use another.",
  email_not_verified: notVerified,
  face_value_missing: "The prices of this show are capped: a ticket needs its face value.",
  file_encrypted: "This PDF is protected by a password. Print it to a new PDF, and choose that.",
  file_too_large_inside: "A page or picture of this file is too large. Choose a smaller one.",
  file_unreadable:
    "This file cannot be read. Save it again as a PDF, PNG or JPEG, and choose that.",
  gateway_unavailable: "The payment could not be started; the card was not charged.",
  headers_too_large: "Your browser sends too much. Delete the cookies of this site and try again.",
  idempotency_key_reused:
    "Another request was sent with the same key. Load the page again and retry.",
  image_too_large: ({ megapixels }) =>
    `This picture has more than ${megapixels} million pixels. Choose a smaller one.`,
  image_unreadable:
    "This file cannot be read as a picture. Choose a JPEG, PNG or WebP file, or save it again as one.",
  internal_error: "Something went wrong on our side. Try again in a moment.",
  invalid_credentials: "The e-mail address or the password is wrong.",
  invalid_event: unreadable,
  invalid_input: "Check what you entered.",
  invalid_json: unreadable,
  invalid_signature: unreadable,
  link_over: "This link is too old, or was used already. Ask for another.",
  malformed_request: unreadable,
  method_not_allowed: unreadable,
  no_code_found: "No code can be read in this file. Choose a sharper one, or type the code.",
  not_found: "There is nothing here.",
  not_your_order: noOrder,
  not_your_show: "Only who added a show may change it.",
  not_your_ticket: "Only its seller may change a ticket.",
  nothing_to_reveal: "The seller has given this ticket no file and no code.",
  order_cancelled: "The order was cancelled.",
  order_complete: "The order is paid already.",
  order_expired: "The order has expired.",
  order_not_found: noOrder,
  order_not_paid: "The order has not been paid.",
  order_refunded: "Money of this order goes back to you, so its ticket is not shown any more.",
  outcome_unknown: "It is not known whether this was done. Try again: it is done once at most.",
  own_ticket: "This is your own ticket. You cannot order it.",
  payment_in_progress: "A payment for this order is under way.",
  price_above_cap: ({ max }) =>
    `The show allows a price of ${formatPrice(Number(max))} at most for this ticket.`,
  price_changed: ({ price }) => `The price has changed: it is ${formatPrice(Number(price))} now.`,
  promise_changed: ({ filePromised }) => promiseChanged(Boolean(filePromised)),
  reading_timed_out: "This file takes too long to read. Choose a picture of the code instead.",
  refund_refused: "The refund was refused.",
  refund_too_large: ({ max }) => `At most ${formatPrice(Number(max))} can be refunded.`,
  refund_window_over: "The time in which the order can be refunded is over.",
  relist_needs_full_refund: "The ticket goes on sale again only when the whole price is refunded.",
  request_timeout: "Your connection is too slow for this. Try again.",
  resale_keeps_file: "This ticket keeps the file that you bought it with.",
  session_not_found: "This session is over already.",
  session_over: "You are signed out. Sign in again.",
  show_cancelled: "The show was cancelled.",
  show_changed: "The show has changed since you saw it.",
  show_exists: "There is this show already.",
  show_has_sales: "Tickets of this show are sold; it cannot be changed any more.",
  show_not_found: "There is no such show.",
  show_over: "The show has begun or is over.",
  ticket_changed: "The ticket has changed since you saw it.",
  ticket_erased: "This ticket is not kept here any more.",
  ticket_lapsed: "The show of this ticket has begun: it is not for sale any more.",
  ticket_not_found: "There is no such ticket.",
  ticket_not_revealed: "Show the ticket first. Its file can be saved then.",
  ticket_paused: (params) =>
    `You have let this ticket expire ${params["expiries"]} times. ` +
    `Order it again in ${wait(params)}, or let others have it.`,
  ticket_reserved: "The ticket is reserved.",
  ticket_resold:
    "You have listed this ticket again. Withdraw that listing first, to have the ticket back.",
  ticket_revealed: "You have been shown this ticket, so it cannot be returned any more.",
  ticket_sold: "The ticket is sold.",
  ticket_withdrawn: "The seller has withdrawn this ticket.",
  too_many_attempts: (params) => `Too many attempts. Try again in ${wait(params)}.`,
  too_many_bytes: busy,
  too_many_bytes_kept: ({ megabytes }) =>
    `The files of your tickets for sale would have more than ${megabytes} MB. Choose a smaller one.`,
  too_many_connections: busy,
  too_many_declines: (params) => `Too many payments were declined. Try again in ${wait(params)}.`,
  too_many_files: (params) => `Too many files in an hour. Try again in ${wait(params)}.`,
  too_many_files_kept: ({ max }) =>
    `You have ${max} tickets with files for sale. Sell or withdraw one first.`,
  too_many_keys: "Too many of these requests in a day. Try again later.",
  too_many_orders: ({ max }) => `You have ${max} unpaid orders. Pay or cancel one of them first.`,
  too_many_orders_of_address: ({ max }) =>
    `Your network has ${max} unpaid orders. Try again in a few minutes.`,
  too_many_orders_of_show: ({ max }) =>
    `You have ${max} orders of this show. A buyer can have no more.`,
  too_many_pages: ({ max }) =>
    `This PDF has ${max ? `more than ${max}` : "too many"} pages. Choose only those of the tickets.`,
  too_many_pictures: (params) => `Too many pictures in an hour. Try again in ${wait(params)}.`,
  too_many_refunds: ({ max }) =>
    `A payment has ${max} refunds at most. Only all that is left of it can be refunded.`,
  too_many_requests: "Too many requests at once. Try again in a moment.",
  too_many_streams: "Too many pages are open. Close some of them.",
  too_many_writes: (params) => `Too many changes in a minute. Try again in ${wait(params)}.`,
  unauthenticated: "You are signed out. Sign in and try again.",
  unavailable: "We cannot reach our service right now. Try again in a moment.",
  unsupported_media_type: "A file of this type is not taken here. Choose one of another type.",
  uri_too_long: "The address is too long.",
  wrong_password: "This is not your present password.",
};

/** Of one field, whichever it is. */
const faults: Record<FieldCode, Sentence> = {
  bad_characters: "Use letters, digits and ordinary signs only.",
  empty: "Fill this in.",
  invisible_character: "There is a character here that cannot be seen. Type it again.",
  negative: "Enter a number above zero.",
  not_a_country: "Enter the two letters of the country, such as DE.",
  not_a_cursor: "This is not the address of a page of the list.",
  not_a_time: "Enter a whole date.",
  not_a_time_zone: "Choose a time zone, such as Europe/Berlin.",
  not_an_amount: "Enter an amount, such as 25 or 19.99.",
  not_an_email: "Enter an e-mail address, such as name@example.com.",
  not_an_id: "This is not a known address.",
  not_in_range: ({ min, max }) => `Enter a number from ${min} to ${max}.`,
  not_one_of: ({ values }) => `Choose one of these: ${values}.`,
  not_visible_ascii: ({ min, max }) => `Use from ${min} to ${max} letters, digits and signs.`,
  required: "Fill this in.",
  too_common: "Too many people use this. Choose one that is harder to guess.",
  too_large: ({ max }) => `Enter ${max} at most.`,
  too_long: ({ max }) => `Use at most ${max} characters.`,
  too_many_decimals: ({ max }) => `Use at most ${max} decimals.`,
  too_short: ({ min }) => `Use at least ${min} characters.`,
  too_small: ({ min }) => `Enter ${min} or more.`,
  wrong_type: "This cannot be read. Enter it again.",
};

const noEmail = faults.not_an_email;
const noPrice = "Enter a price in dollars, such as 25 or 19.99.";
const noTitle = "Say what the ticket is for.";
const noText = "Enter what the code says when it is scanned.";
const noName = "Say what the show is called.";
const noStart = "Enter the date and the time at which the show begins.";
const noFaceValue = "Enter the price that is printed on the ticket, such as 25 or 19.99.";

/** More precise sentences for certain fields. */
export const ofField: Record<string, Partial<Record<FieldCode, Sentence>>> = {
  email: { empty: noEmail, required: noEmail, wrong_type: noEmail },
  password: {
    empty: "Enter your password.",
    required: "Enter your password.",
    too_common: "Too many people use this password. Choose one that is harder to guess.",
  },
  newPassword: {
    empty: "Enter a new password.",
    required: "Enter a new password.",
    too_common: "Too many people use this password. Choose one that is harder to guess.",
  },
  title: { empty: noTitle, required: noTitle },
  name: { empty: noName, required: noName },
  startsAt: {
    not_a_time: noStart,
    not_in_range: "The show must begin after now, and within five years.",
    required: noStart,
  },
  endsAt: {
    not_a_time: "Enter the date and the time at which the show ends, or leave it empty.",
    not_in_range: "The show must end after it begins, and within a month.",
  },
  faceValue: {
    not_an_amount: noFaceValue,
    wrong_type: noFaceValue,
    negative: "The face value must be more than zero.",
    too_large: ({ max }) => `The face value can be ${formatPrice(Number(max))} at most.`,
    too_many_decimals: "Use two decimals at most, such as 19.99.",
    too_small: ({ min }) => `The face value must be ${formatPrice(Number(min))} or more.`,
  },
  text: {
    empty: noText,
    required: noText,
    too_long: ({ max }) => `A code has at most ${max} characters.`,
    wrong_type: noText,
  },
  price: {
    empty: noPrice,
    required: noPrice,
    not_an_amount: noPrice,
    wrong_type: noPrice,
    negative: "The price must be more than zero.",
    too_large: ({ max }) => `The price can be ${formatPrice(Number(max))} at most.`,
    too_many_decimals: "Use two decimals at most, such as 19.99.",
    too_small: ({ min }) => `The price must be ${formatPrice(Number(min))} or more.`,
  },
};

const declined: Record<DeclineReason, string> = {
  amount_too_small: "The amount is too small to be charged to a card.",
  authentication_required: "The card needs its owner’s confirmation, which did not happen.",
  canceled: "The payment was given up before it was confirmed.",
  card_velocity_exceeded: "The card has been used too often in a short time.",
  expired_card: "The card has expired.",
  generic_decline: "The card was declined.",
  incorrect_cvc: "The card’s security code is incorrect.",
  incorrect_number: "The card’s number is incorrect.",
  insufficient_funds: "The card has insufficient funds.",
  processing_error: "The card could not be processed. Try again in a moment.",
  resource_missing: "There is no such card token.",
};

/** 8 → "8 seconds", 3599 → "1 hour": never less than it is. */
const formatWait = (seconds: number) =>
  formatSpan(seconds > 60 ? Math.ceil(seconds / 60) * 60 : Math.max(seconds, 1));

const all: Record<string, Sentence> = { ...refusals, ...faults };

export function sentenceOf({ code, params, message, field }: Complaint): string {
  const known = code && ((field && ofField[field]?.[code as FieldCode]) || all[code]);
  if (known) return typeof known === "string" ? known : known(params ?? {});
  const sentence = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
