"""What docs/security.md gives as evidence is there: every row names a file or a folder of the repository, or
says that there is no such thing or that it is absent."""

import re
import unittest

from project import ROOT, run

DOCUMENT = ROOT / "docs/security.md"
# What says that nothing is needed, or that nothing is there.
NOTHING = re.compile(r"^(no such thing|absent|none\b|one\b)")
A_FILE = re.compile(r"^[\w./-]+\.(cpp|hpp|c|ts|tsx|mjs|py|sh|txt|conf|json|yaml|yml|md|sql)$")


def files():
    listed = run("git", "ls-files", "--cached", "--others", "--exclude-standard", cwd=ROOT)
    assert listed.returncode == 0, listed.stderr
    return [name for name in listed.stdout.splitlines() if (ROOT / name).exists()]


def is_there(name, all_files):
    """A file or a folder by its path, or the end of it as the document shortens it."""
    return any(f"/{file}".endswith(f"/{name}") or f"/{name}/" in f"/{file}" for file in all_files)


def rows():
    """(line number, requirement, evidence)."""
    for number, line in enumerate(DOCUMENT.read_text().splitlines(), 1):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if re.match(r"\d+\.\d+\.\d+", cells[0]):
            yield number, cells[0], cells[1]


def named(evidence):
    """The files and folders that a cell names, links included."""
    quoted = re.findall(r"`([^`]+)`", evidence)
    for name in quoted:
        if A_FILE.match(name) or re.fullmatch(r"[\w-][\w.-]*(/[\w.-]+)+", name):
            yield name
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", evidence):
        yield target.removeprefix("../") if target.startswith("../") else f"docs/{target}"


class SecurityDocument(unittest.TestCase):
    def test_every_file_that_it_names_is_there(self):
        all_files = files()
        missing = [
            f"{number}: {name}"
            for number, _, evidence in rows()
            for name in named(evidence)
            if not is_there(name, all_files)
        ]
        self.assertEqual(missing, [])

    def test_every_row_names_its_evidence(self):
        self.assertGreater(len(list(rows())), 80)
        bare = [
            f"{number}: {what}"
            for number, what, evidence in rows()
            if not NOTHING.match(evidence) and not list(named(evidence))
        ]
        self.assertEqual(bare, [])


if __name__ == "__main__":
    unittest.main()
