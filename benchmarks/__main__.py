"""`python -m benchmarks [PART...]`: measures, and writes docs/benchmarks/. Without names, everything."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from importlib import import_module

from rich.console import Console

from bot.house import HouseError
from bot.prepare import QUIET_ENVIRONMENT, PrepareError
from bot.settings import SettingsError

PARTS = {
    "understanding": "every held-out file over the REST channel (three minutes)",
    "calibration": "whether confidence means what it says, and the thresholds (a minute)",
    "curve": "accuracy against the number of training phrases (three minutes)",
    "hint3": "two public data sets, beside Rasa's default pipeline (six minutes)",
    "safety": "danger noticed and false alarms, with intervals (two minutes)",
    "transcripts": "a million events imported and searched (five minutes)",
    "widget": "how soon the widget answers, and 200 sessions at once (two minutes)",
    "publishing": "corrected phrases built, compared and live, with visitors meanwhile (three minutes)",
    "speed": "time, throughput, memory and training beside Rasa's stock pipeline (five minutes)",
}
MODULES = {"curve": "learning_curve", "speed": "stock_comparison"}  # where the name is another


def main() -> int:
    """Runs the parts named; 1 if one of them could not be measured."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        epilog="\n".join(f"{name:15} {what}" for name, what in PARTS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    options = parser.parse_args()
    for name in options.parts:
        if name not in PARTS:
            parser.error(f"no part is called {name!r}: there are {', '.join(PARTS)}")
    os.environ.update(QUIET_ENVIRONMENT)  # before anything imports NumPy or TensorFlow
    # A filter would not do: libraries that Rasa imports turn deprecation warnings on again.
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").setLevel(logging.ERROR)
    console = Console(highlight=False)
    failed = 0
    for name in options.parts or PARTS:
        console.rule(name)
        try:
            import_module(f"benchmarks.{MODULES.get(name, name)}").run(console)
        except (HouseError, PrepareError, SettingsError) as error:
            console.print(str(error), style="red", markup=False, soft_wrap=True)
            failed += 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
