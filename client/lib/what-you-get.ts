const attached =
  "The ticket itself is attached. Right after paying you can show its code here, and save it.";
const promised =
  "The seller has promised the ticket itself within a day after the sale, and sooner if the event " +
  "is near. If it is late, you get all of your money back by itself, and need not ask for it.";
const required =
  "The seller has to give the ticket itself within a day after the sale, and sooner if the event " +
  "is near. If it is late, you get all of your money back by itself, and need not ask for it.";
const nothing =
  "The seller has not attached the ticket itself. After paying you have your order here, and no " +
  "code to show at the door.";

type Offer = {
  hasFile?: true | undefined;
  filePromised?: boolean | undefined;
  /** Each ticket has to be given, promised or not. */
  proofRequired: boolean;
};

/** What the buyer of a ticket gets besides the order, before paying. */
export function whatYouGet({ hasFile, filePromised, proofRequired }: Offer): string {
  if (hasFile) return attached;
  if (proofRequired) return required;
  return filePromised ? promised : nothing;
}

/** Whether what the buyer gets depends on the seller's promise. What is attached can be replaced, but not
 *  taken away. */
export const promiseCounts = ({ hasFile, proofRequired }: Offer): boolean =>
  !hasFile && !proofRequired;

export const promiseChanged = (promisedNow: boolean): string =>
  promisedNow
    ? "The seller promises to give the ticket itself after the sale now."
    : "The seller has taken back the promise to give the ticket itself after the sale.";
