import { PageLink } from "./page-link";

type Choice = { name: string; words: string; path: string };
type Props = { label: string; choices: Choice[]; chosen: string };

/** One of a few views of a list, each with an address of its own. */
export function Choices({ label, choices, chosen }: Props) {
  return (
    <nav aria-label={label} className="filter">
      {choices.map(({ name, words, path }) => (
        <PageLink key={name} href={path} aria-current={name === chosen ? "page" : undefined}>
          {words}
        </PageLink>
      ))}
    </nav>
  );
}
