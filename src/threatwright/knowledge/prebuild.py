"""`python -m threatwright.knowledge.prebuild FOLDER`: the compilation that a wheel ships."""

from __future__ import annotations

import sys
from pathlib import Path

from threatwright import resources
from threatwright.knowledge.compile import compile_knowledge
from threatwright.knowledge.load import digest_of, file_name, keep


def prebuild(folder: Path) -> Path:
    """Compile `knowledge/` into the folder, unless that is done already; the file it is in.

    Raises KnowledgeError where an entry is wrong.
    """
    root = resources.folder("knowledge")
    path = folder / file_name(digest_of(root))
    if not path.exists():
        keep(compile_knowledge(root), path)
    return path


if __name__ == "__main__":
    print(prebuild(Path(sys.argv[1])))
