"""The commands, each imported when called, and the one place where errors become exit codes."""

from __future__ import annotations

import importlib
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated, Any, NamedTuple

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from threatwright.cli import command, console
from threatwright.errors import InputError, ThreatwrightError

PROGRAM = "threatwright"


class Entry(NamedTuple):
    """A command: its name, the module whose `app` it is, and its line in the help."""

    name: str
    module: str
    summary: str


COMMANDS: tuple[Entry, ...] = (
    Entry("interview", "interview", "Answer questions about a system, most valuable first."),
    Entry("draft", "draft", "Draft the threats of a system without asking anything."),
    Entry("questions", "questions", "Print the open questions as a form to fill."),
    Entry("answer", "answer", "Take the answers of filled forms into a model."),
    Entry("add", "add", "Add a component, a flow or a threat by hand."),
    Entry("edit", "edit", "Change a component, a flow, a fact or a threat."),
    Entry("review", "review", "Accept, reject or transfer threats; list what was decided."),
    Entry("scope", "scope", "Show or set what a model is about, and who answers for what."),
    Entry("sign-off", "sign_off", "Stand up for a model as it is."),
    Entry("minutes", "minutes", "Tell who said what, and what is still open for whom."),
    Entry("probe", "probe", "Try threats on an endpoint, with consent; weigh what is found."),
    Entry("explain", "explain", "Have a language model explain a threat."),
    Entry("export", "export", "Write a model as a report, a diagram or JSON."),
    Entry("diff", "diff", "Tell what differs between two states, and what caused it."),
    Entry("paths", "paths", "Tell how threats come about, and what cuts their paths."),
    Entry("roadmap", "roadmap", "Tell what to do now, next and later; the NIST AI RMF view."),
    Entry("challenge", "challenge", "Hold a claim against a model: what it bears on, what to ask."),
    Entry("check", "check", "Check model files: the gate for pipelines and commits."),
    Entry("search", "search", "Search the catalogues: ATLAS, OWASP, NIST, CWE, ATT&CK."),
    Entry("knowledge", "knowledge", "Look up what the knowledge base says, sync ATLAS text."),
    Entry("refs", "refs", "Check references to ATLAS, OWASP and NIST in any text."),
    Entry("sample", "sample", "List and show the example systems."),
    Entry("schema", "schema", "Print the JSON Schema of the model file."),
    Entry("doctor", "doctor", "Show what is installed, configured and writable."),
)


class LazyCommands(TyperGroup):
    """A group that knows its commands by name, and imports only the one that is called."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        # Only for the "did you mean": no command is looked up here.
        self.commands = dict.fromkeys((entry.name for entry in COMMANDS), self)

    def list_commands(self, ctx: Any) -> list[str]:
        """The names, in the order of the help."""
        return [entry.name for entry in COMMANDS]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name, imported; None if there is none."""
        for entry in COMMANDS:
            if entry.name == cmd_name:
                module = importlib.import_module(f"threatwright.cli.{entry.module}")
                found = typer.main.get_command(module.app)
                found.name = entry.name
                return found
        return None

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The list of commands in the help, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(entry.name, entry.summary) for entry in COMMANDS])


app = typer.Typer(
    cls=LazyCommands,
    add_completion=False,
    invoke_without_command=True,
    rich_markup_mode=None,  # rich would double the time that `--help` takes
    subcommand_metavar="[COMMAND] [ARGS]...",
    context_settings=command.HELP,
    epilog=command.example(
        "threatwright draft sample:mlops-platform",
        "threatwright interview description.md -o payments.threatmodel.yaml",
    )
    + "\n\nWherever a file is expected, sample:NAME stands for an example.",
)


@app.callback()
def root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks of errors.")] = False,
) -> None:
    """Threat models of AI systems: an interview, a first draft, a report.

    Without a command, the user interface opens.
    """
    if version:
        from importlib.metadata import version as version_of

        console.say(f"{PROGRAM} {version_of(PROGRAM)}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        from threatwright.cli.ui import open_ui

        open_ui()


def run(arguments: Sequence[str]) -> int:
    """Run a command line (without the program's name). Returns the exit code; never raises."""
    console.prepare()
    debug, words = _without_debug(arguments)
    try:
        _invoke(words)
        sys.stdout.flush()
        return 0
    except typer.Exit as end:
        return end.exit_code
    except BrokenPipeError:
        console.abandon_output()
        return 0
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except Exception as error:  # noqa: BLE001 - the last stop: whatever it is, two lines and a code
        if debug:
            traceback.print_exc()
        known = _as_known(error)
        console.complain(known)
        return known.exit_code


def _without_debug(arguments: Sequence[str]) -> tuple[bool, list[str]]:
    """Whether `--debug` stands anywhere among the options, and the rest."""
    words = list(arguments)
    end = words.index("--") if "--" in words else len(words)
    options = [word for word in words[:end] if word != "--debug"]
    return len(options) < end, options + words[end:]


def _invoke(words: list[str]) -> None:
    # Not `app()`: it would print errors in its own way and end the process.
    group = typer.main.get_command(app)
    with group.make_context(PROGRAM, words) as context:
        group.invoke(context)


def _as_known(error: Exception) -> ThreatwrightError:
    """The error as one that says what to do."""
    match error:
        case ThreatwrightError():
            return error
        case TyperException():
            context = getattr(error, "ctx", None)
            called = context.command_path if context is not None else PROGRAM
            problem = error.format_message().replace("Value error, ", "")
            return InputError(problem, f"`{called} --help` shows how it is called.")
        case OSError():
            place = f"{error.filename}: " if error.filename else ""
            return InputError(
                f"{place}{error.strerror or error}.", "Check the path and the space on the disk."
            )
        case _:
            return InputError(
                f"threatwright failed at this; the fault is its own ({type(error).__name__}: "
                f"{error}).",
                "Run it again with --debug and report what it prints.",
            )
