/** What to do about it is on the page of the account, to which `Complaint` links. */
export const notVerified =
  "Confirm your e-mail address first: open the link that we mailed you, or ask for another.";
