/** What a user has to know before an account is deleted. */
export const WhatEnds = () => (
  <ul className="points">
    <li>Tickets that you have bought cannot be opened here any more. Save them before.</li>
    <li>Tickets that you offer are taken off the market.</li>
    <li>Orders that you have not paid for are cancelled.</li>
    <li>Your address and your sessions are gone. There is no way to undo this, for us neither.</li>
    <li>
      Of what you have bought and sold we keep the amounts, without your name. What you sold stays
      with its buyers.
    </li>
  </ul>
);
