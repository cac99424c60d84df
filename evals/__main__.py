"""`python -m evals`: every measurement, printed; 1 if one is below its baseline."""

from __future__ import annotations

import sys

from evals import drafting, retrieval


def main() -> int:
    """Measure and print."""
    print("Drafts of labelled systems\n")
    print(drafting.report(drafting.measure()))
    print("\nSearch: the ATLAS technique of a described attack\n")
    return retrieval.main([])


if __name__ == "__main__":
    sys.exit(main())
