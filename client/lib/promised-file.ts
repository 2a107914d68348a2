/** To the buyer of a ticket whose seller gives file or code after the sale. */
export const promisedFile =
  "The seller has promised the ticket itself within a day after the sale, and sooner if the event " +
  "is near. If it is late, you get all of your money back by itself, and need not ask for it.";
