"""The one tree of errors: what is wrong, what to do about it, and the exit code it ends with."""

from __future__ import annotations


class ThreatwrightError(Exception):
    """A failure that a person can act on. Shown as two lines: the problem, then the fix."""

    exit_code = 2

    def __init__(self, problem: str, fix: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.fix = fix


class InputError(ThreatwrightError):
    """The person's file, text or option cannot be used as it is."""


class MissingPathError(InputError):
    """A git revision is there, and does not hold the file."""


class KnowledgeError(ThreatwrightError):
    """A file of the knowledge base is missing or invalid."""


class StaleFileError(ThreatwrightError):
    """The model file changed on disk since it was read; writing would lose that change."""


class LanguageModelError(ThreatwrightError):
    """The language model could not be reached or gave no usable reply."""

    exit_code = 3


class EndpointRefusedError(LanguageModelError):
    """The endpoint refuses the key, or has no such model: asking again changes nothing."""


class TargetError(ThreatwrightError):
    """A probe target was refused by its scope or could not be reached."""

    exit_code = 4
