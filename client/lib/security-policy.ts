import { stripePublishableKey } from "./environment.ts";

/** For one page. Stripe's addresses are the ones its own guide asks for, and only with its key. */
export function contentSecurityPolicy(nonce: string): string {
  const stripe = stripePublishableKey() !== undefined;
  const development = process.env.NODE_ENV === "development";
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ""}`,
    `style-src 'self' ${development ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    `img-src 'self' data:${stripe ? " https://*.stripe.com" : ""}`,
    `connect-src 'self'${stripe ? " https://api.stripe.com" : ""}`,
    stripe ? "frame-src https://js.stripe.com https://hooks.stripe.com" : "frame-src 'none'",
    "font-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}
