import { PageLink } from "./page-link";

type Props = { as: "h1" | "h2" | "h3"; title: string; href?: string | undefined };

/** At most this many characters stand on a line of the narrowest ticket in the usual size. */
const wordMax = 13;

/** The name of a ticket. It may be of any script and length: it is isolated from the text around it,
 *  and smaller where its longest word needs the room. */
export function TicketTitle({ as: Heading, title, href }: Props) {
  const name = <bdi title={href ? title : undefined}>{title}</bdi>;
  const isLong = title.split(/[\s-]/).some((word) => word.length > wordMax);
  return (
    <Heading className={isLong ? "stub-title stub-title-long" : "stub-title"}>
      {href ? <PageLink href={href}>{name}</PageLink> : name}
    </Heading>
  );
}
