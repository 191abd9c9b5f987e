"""The words people join questions with: for synthesis.py."""

from __future__ import annotations

HELLO = [
    *(
        "hi ",
        "hello, ",
        "hey ",
        "hi there. ",
        "good morning, ",
        "quick questions: ",
        "I have two questions. ",
    ),
    *("couple questions - ", "ok so ", "thanks. ", "Hello! ", "hi!! ", "2 things, ", "just wondering, "),
    *("Thank you for the info. ", "sorry, ", "so "),
]
BYE = [" thanks", " thx", ". Thank you", " please", " pls", ". thanks in advance", "!!", " ??"]
# By how people join, with how often they do.
JOINTS: dict[str, tuple[float, list[str]]] = {
    "comma": (5, [", "]),
    "and": (4, [" and ", " n ", " & ", ", and ", ",", "? And ", ". And "]),
    "also": (3, [", also ", " also ", " plus ", ", plus ", ". Also ", "? also "]),
    "sentence": (6, ["? ", ". ", "\n", "?? ", "... ", "; ", " - ", "?\n"]),
    "nothing": (1, [" "]),
}
LIST_JOINTS = [", ", " and ", "/", " & ", "\n", "? ", ", and ", " / "]
AGAIN = ["? ", ", ", "? like ", ", i mean ", "?? ", " - ", ", as in "]
ELLIPSES = (
    "how often|how frequently|for how long|over what period|when|where|with whom|how late|since when|"
    "how many|who with|until when|between what hours|by whom|in what form|why|to what extent|at what point|"
    "with how many people|from when|on which days"
).split("|")
