/** The shop's name wherever a person sees it. */
export const brand = "Admit";
