"""A place's code in letters that are read from two metres: five rows of blocks, 3 wide."""

from typing import Final

# Each figure is five rows of three dots, a row an octal digit: 5 is █ █, 7 is ███.
_ROWS: Final = {
    "0": "75557", "1": "26227", "2": "71747", "3": "71717", "4": "55711", "5": "74717", "6": "74757", "7": "71122",
    "8": "75757", "9": "75717", "A": "25755", "B": "65656", "C": "34443", "D": "65556", "E": "74647", "F": "74644",
    "G": "34553", "H": "55755", "I": "72227", "J": "11152", "K": "55655", "L": "44447", "M": "57755", "N": "65555",
    "O": "25552", "P": "65644", "Q": "25563", "R": "65655", "S": "34216", "T": "72222", "U": "55557", "V": "55552",
    "W": "55775", "X": "55255", "Y": "55222", "Z": "71247", "-": "00700", ".": "00002", "_": "00007", "/": "11244",
    " ": "00000",
}  # fmt: skip


def big(text: str) -> str:
    """Answer five lines of blocks; text with other characters (Hangul) or too long for a line comes back as it is."""
    if any(letter not in _ROWS for letter in text.upper()) or len(text) > 18:
        return text
    lines = []
    for row in range(5):
        dots = (int(_ROWS[letter][row]) for letter in text.upper())
        lines.append(" ".join("".join("█" if dot >> place & 1 else " " for place in (2, 1, 0)) for dot in dots))
    return "\n".join(lines)
