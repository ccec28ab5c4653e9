"""What is made of the words of people who do not fill in forms. No I/O."""

LONGEST_TITLE = 120


def title_of(text: str) -> str:
    """Return the first line of a text, cut between words to 120 characters."""
    line = " ".join(text.strip().splitlines()[0].split())
    if len(line) <= LONGEST_TITLE:
        return line
    cut = line[: LONGEST_TITLE - 1]
    return (cut.rpartition(" ")[0] or cut) + "…"
