// Read at every use, so that one build serves any environment.
export const apiUrl = () => process.env.API_URL ?? "http://127.0.0.1:4000";

/** The key that Stripe means for browsers; without it payment is the sandbox's test-card form. */
export const stripePublishableKey = () => process.env.STRIPE_PUBLISHABLE_KEY || undefined;
