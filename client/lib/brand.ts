/** The shop's name on all pages. */
export const brand = "Admit";

/** What the shop is, beside its name and in a sentence. */
export const tagline = "tickets, person to person";
export const purpose = "Buy a ticket from a person who cannot go, or sell yours.";
