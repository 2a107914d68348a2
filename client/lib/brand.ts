/** The shop's name wherever a person sees it. */
export const brand = "Admit";

/** What the shop is, beside its name and in a sentence. */
export const tagline = "tickets, person to person";
export const purpose = "Buy a ticket from somebody who cannot go, or pass yours on.";
