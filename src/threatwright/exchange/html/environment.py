"""Fills the HTML templates: everything printed is escaped, and nothing can reach out of them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
)
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from threatwright.errors import InputError
from threatwright.exchange.dataflow_places import rounded
from threatwright.exchange.marks import count
from threatwright.exchange.names import spaced
from threatwright.exchange.plain import one_line, plain, shorten

OURS = Path(__file__).resolve().parent
REPORT = "report.html"
MOST_NAMES = 40
_AT_FAULT = (TypeError, ValueError, ArithmeticError, LookupError)
"""What an expression of a template may raise, besides errors of templates."""


def filled(values: Mapping[str, Any], template: Path | None = None) -> str:
    """The page. Raises InputError with the line, if an organisation's own template is at fault."""
    if template is None:
        return _ours().render(values)
    loader = ChoiceLoader((FileSystemLoader(template.parent), FileSystemLoader(OURS)))
    name = one_line(template.name)
    try:
        return _environment(loader).get_template(template.name).render(values)
    except TemplateSyntaxError as error:
        raise InputError(
            f"{one_line(error.name or name)}, line {error.lineno}: {one_line(str(error))}.",
            "Correct that line; docs/export.md tells what a template may hold.",
        ) from error
    except TemplateNotFound as error:
        raise InputError(
            f"{name}: there is no template “{one_line(str(error.name))}”.",
            f"Name a file beside it, or one of ours, as {REPORT}.",
        ) from error
    except SecurityError as error:
        raise InputError(
            f"{name} does what a template may not do: {one_line(str(error))}.",
            "Print values, and leave the rest to the report.",
        ) from error
    except (TemplateError, *_AT_FAULT) as error:
        raise InputError(
            f"{name} cannot be filled in: {one_line(str(error))}.",
            "Correct it; docs/export.md tells what a template is given.",
        ) from error


@cache
def _ours() -> Template:
    """Our own template: it needs no guard, which would take half of the time."""
    return _environment(FileSystemLoader(OURS), Environment).get_template(REPORT)


class _Guarded(ImmutableSandboxedEnvironment):
    """The sandbox of an organisation's template: no way leads into the program's modules."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether a template may follow an attribute."""
        is_module = isinstance(obj, ModuleType) or isinstance(value, ModuleType)
        return not is_module and super().is_safe_attribute(obj, attr, value)


def _environment(loader: BaseLoader, guarded: type[Environment] = _Guarded) -> Environment:
    made = guarded(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_printed,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        spaced=spaced,
        one_line=one_line,
        shorten=shorten,
        counted=count,
        first_upper=lambda text: text[:1].upper() + text[1:],
        css_text=_css_text,
        path=rounded,
        names=_names,
    )
    made.globals["digest_of"] = _digest_of
    return made


def _printed(value: Any) -> Any:
    """What is printed, without characters that hide or turn text around."""
    return plain(value) if type(value) is str else value


def _css_text(text: str) -> Markup:
    """A text as a string of CSS, which nothing in it can end."""
    safe = "".join(c if c.isalnum() and c.isascii() else f"\\{ord(c):x} " for c in one_line(text))
    return Markup(f'"{safe}"')


def _names(items: Sequence[Any], most: int = MOST_NAMES) -> str:
    """Names of things, and how many more there are."""
    shown = ", ".join(item if isinstance(item, str) else item.name for item in items[:most])
    return shown if len(items) <= most else f"{shown} and {len(items) - most} more"


def _digest_of(script: str) -> str:
    """What a policy calls a script by, so that no other runs."""
    return base64.b64encode(hashlib.sha256(str(script).encode()).digest()).decode()
