"""The command line: which command, its arguments, and errors said in one sentence."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from socket import gaierror

import asyncpg
import uvloop

from hotline.base.command import Command, CommandError, Runtime
from hotline.base.config import Settings, SettingsError, load_settings
from hotline.base.db.cluster import EmbeddedError
from hotline.base.db.migrate import MigrateError
from hotline.base.http.problem import Problem
from hotline.base.keys import KeysError
from hotline.base.log import set_up
from hotline.base.text.characters import clean

Open = Callable[[Settings], AbstractAsyncContextManager[Runtime]]
SAID = (CommandError, SettingsError, EmbeddedError, KeysError, MigrateError, Problem)


def run(arguments: Sequence[str] | None, *, commands: Sequence[Command], open_runtime: Open) -> int:
    """Run one command; 0 done, 1 failed (one sentence on standard error), 2 for usage."""
    parser = parser_of(commands)
    args = parser.parse_args([clean(word) for word in (sys.argv[1:] if arguments is None else arguments)])
    set_up()
    try:
        settings = load_settings()
        return uvloop.run(_run(args, settings, open_runtime))
    except SAID as error:
        return _fail(str(error))
    except asyncpg.PostgresError as error:
        return _fail(f"the database refused: {error}")
    except asyncpg.InterfaceError as error:
        return _fail(f"the database cannot be used: {error}; see DATABASE_URL")
    except (ConnectionError, gaierror) as error:  # what a command itself sends says more when it fails
        return _fail(f"the database cannot be reached: {error.strerror or error}; see DATABASE_URL")
    except OSError as error:
        return _fail(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}")
    except KeyboardInterrupt:
        return 130


def _fail(said: str) -> int:
    sys.stderr.write(" ".join(said.split()) + "\n")
    return 1


async def _run(args: argparse.Namespace, settings: Settings, open_runtime: Open) -> int:
    command: Command = args.command
    if command.alone is not None:
        return await command.alone(args, settings)
    async with open_runtime(settings) as runtime:
        try:
            return await command.run(args, runtime)
        except Problem as error:
            raise CommandError(runtime.said(error)) from error


def parser_of(commands: Sequence[Command]) -> argparse.ArgumentParser:
    """The parser: commands of one word, and groups of two."""
    parser = argparse.ArgumentParser(prog="hotline", description="The 1890 hotline.")
    subs = parser.add_subparsers(required=True, metavar="COMMAND")
    groups: dict[str, argparse._SubParsersAction[argparse.ArgumentParser]] = {}
    for command in commands:
        first, _, second = command.name.partition(" ")
        if second:
            if first not in groups:
                group = subs.add_parser(first, help=f"{first} …")
                groups[first] = group.add_subparsers(required=True, metavar="WHAT")
            made = groups[first].add_parser(second, help=command.help, description=command.help)
        else:
            made = subs.add_parser(first, help=command.help, description=command.help)
        command.arguments(made)
        made.set_defaults(command=command)
    return parser
