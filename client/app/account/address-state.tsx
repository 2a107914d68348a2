import type { User } from "@/lib/api/types.gen";
import { VerificationForm } from "./verification-form";

/** Whether the owner of the address has shown to be it, and how to. */
export function AddressState({ user }: { user: User }) {
  return (
    <section className="card" aria-labelledby="address-heading">
      <h2 id="address-heading">E-mail address</h2>
      {user.emailVerified ? (
        <p>Your address is confirmed.</p>
      ) : (
        <>
          <p>
            Your address is not confirmed yet. We mail you a link, and you open it and press its
            button.
          </p>
          <VerificationForm />
        </>
      )}
    </section>
  );
}
