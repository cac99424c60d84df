"""`python -m evals`: every measurement, printed."""

from __future__ import annotations

from evals import drafting


def main() -> None:
    """Measure and print."""
    print(drafting.report(drafting.measure()))


if __name__ == "__main__":
    main()
