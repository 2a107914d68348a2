const attached =
  "The ticket itself is attached. Right after paying you can show its code here, and save it.";
const promised =
  "The seller has promised the ticket itself within a day after the sale, and sooner if the event " +
  "is near. If it is late, you get all of your money back by itself, and need not ask for it.";
const nothing =
  "The seller has not attached the ticket itself. After paying you have your order here, and no " +
  "code to show at the door.";

type Offer = { hasFile?: true; filePromised?: true };

/** What the buyer of a ticket gets besides the order, before paying. */
export const whatYouGet = ({ hasFile, filePromised }: Offer) =>
  hasFile ? attached : filePromised ? promised : nothing;
