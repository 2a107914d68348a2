/** What is known when the answer to a form is lost: on the way to this server, or from it to the API. */
export const lostWords = {
  enter: "We could not reach the shop. Check your connection, then try again.",
  leave: "We could not reach the shop, so you may still be signed in. Try again.",
  password:
    "We could not reach the shop, so your password may not be changed. Try again; if the present one " +
    "is refused, the new one counts.",
  mail: "We could not reach the shop, so there may be no mail on its way. Try again.",
  reset:
    "We could not reach the shop, so your password may not be changed. Try again; if the link is " +
    "refused, sign in with the new one.",
  restore:
    "We could not reach the shop, so your account may not be yours again. Try again; if the link is " +
    "refused, sign in with the new password.",
  verify:
    "We could not reach the shop, so your address may not be confirmed. Press the button again; if " +
    "the link is refused, your account says whether it is confirmed.",
  erase:
    "We could not reach the shop, so your account may not be deleted. Press the button again; if the " +
    "link is refused and you cannot sign in any more, it is.",
  endSession: "We could not reach the shop, so the session may not have ended. Try again.",
  sell: "We could not reach the shop. Press the button again: the ticket is listed once.",
  addShow: "We could not reach the shop. Press the button again: the show is added once.",
  picture:
    "We could not reach the shop, so the picture may not be changed. Press the button again.",
  file: "We could not reach the shop, so the file may not be attached. Press the button again.",
  code: "We could not reach the shop, so the code may not be attached. Press the button again.",
  edit: "We could not reach the shop, so the changes may not be saved. Press the button again.",
  editShow: "We could not reach the shop, so the changes may not be saved. Press the button again.",
  cancelShow: "We could not reach the shop, so the show may not be cancelled. Try again.",
  withdraw: "We could not reach the shop, so the ticket may still be for sale. Try again.",
  buy:
    "We could not reach the shop. You have not been charged. " +
    "Press Buy again: you never get two orders from one.",
  pay:
    "We could not reach the shop, so we are finding out whether you were charged. This page changes " +
    "by itself. You can also press Pay again: you are never charged twice.",
  show: "We could not reach the shop, so the ticket may not be shown yet. Try again.",
  resell: "We could not reach the shop. Press the button again: the ticket is listed once.",
  cancel: "We could not reach the shop. You have not been charged. Try again.",
  calendar: "We could not reach the shop. Press the button again: only the last address counts.",
  closeCalendar: "We could not reach the shop, so the address may not have ended. Try again.",
  refund:
    "We could not reach the shop, so we are finding out whether the refund was made. This page " +
    "changes by itself. You can also press the button again: the refund is made once.",
} as const;
