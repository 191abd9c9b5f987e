"""`python -m benchmarks.fit calibration|context|compound [--write]`: fits the numbers in weights.json anew.

Compound and context rest on the classifier's probabilities, so on the calibration: fit that first.
"""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module

from rich.console import Console
from rich.progress import Progress

from bot.prepare import QUIET_ENVIRONMENT

GROUPS = {
    "calibration": "how sure the classifier is, on tests/held_out/questions.jsonl (half a minute)",
    "context": "follow-ups, on benchmarks/data/dialogues.jsonl and held-out questions (two minutes)",
    "compound": "messages that ask several things, made of phrases and held-out questions (five minutes)",
}


def main() -> int:
    """Fits a group and shows what came of it; 1 if its material cannot be used."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.fit",
        description=__doc__,
        epilog="\n".join(f"{name:12} {what}" for name, what in GROUPS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("group", choices=GROUPS)
    parser.add_argument("--write", action="store_true", help="put the fitted numbers in place")
    options = parser.parse_args()
    os.environ.update(QUIET_ENVIRONMENT)  # before anything imports NumPy
    from benchmarks.fit import report
    from bot.knowledge.yaml_file import DataError
    from bot.language.encoder import EncoderMissing
    from bot.language.evaluate import CasesError
    from bot.language.weights import FILE, WeightsError

    console = Console(highlight=False)
    try:
        with Progress(console=console) as progress:
            fitted = import_module(f"benchmarks.fit.{options.group}").run(progress)
    except (CasesError, DataError, EncoderMissing, WeightsError) as error:
        console.print(str(error), style="red", markup=False, soft_wrap=True)
        return 1
    report.show(fitted, console)
    if options.write:
        report.write(fitted)
        console.print(f"Written: {FILE}", markup=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
