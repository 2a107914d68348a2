import type { ReactElement } from "react";
import { PageLink } from "@/components/page-link";

type Props = {
  heading: string;
  token: unknown;
  /** Where the user asks for another; nothing: there is none. */
  askAgain?: string;
  children: (token: string) => ReactElement;
};

/** The page that a link in a mail opens. `children` need the token of the link. */
export const MailedLink = ({ heading, token, askAgain, children }: Props) => (
  <div className="narrow card">
    <h1>{heading}</h1>
    {typeof token === "string" ? (
      children(token)
    ) : askAgain ? (
      <p>The link in your mail is longer than this. Copy all of it, or ask for another.</p>
    ) : (
      <p>The link in your mail is longer than this. Copy all of it.</p>
    )}
    {askAgain && (
      <p>
        <PageLink href={askAgain}>Ask for another link</PageLink>
      </p>
    )}
  </div>
);
