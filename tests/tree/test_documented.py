"""README documents every setting and every command, and nothing that is not there."""

from __future__ import annotations

import ast
import re

import click

from catalogue.commands import cli
from tests.tree.source import ROOT, readme, texts

SETTING = re.compile(r"\bCATALOGUE_[A-Z_]+\b")
# The README's two commands, and what else make offers.
TARGETS = ("help", "install", "run", "test", "check", "bench")


def settings_in_code() -> set[str]:
    """Every name that config.py reads from the environment."""
    tree = ast.parse((ROOT / "catalogue" / "config.py").read_text("utf-8"))
    return {
        f"CATALOGUE_{node.args[0].value}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("text", "number")
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }


def commands(group: click.Group, before: str = "catalogue") -> set[str]:
    """Every command in full: catalogue user add."""
    found = set()
    for name, command in group.commands.items():
        whole = f"{before} {name}"
        found |= commands(command, whole) if isinstance(command, click.Group) else {whole}
    return found


def test_the_reader_of_settings_sees_them() -> None:
    assert {"CATALOGUE_DATA", "CATALOGUE_PORT", "CATALOGUE_BORDERS"} <= settings_in_code()


def test_every_setting_is_documented_and_no_other() -> None:
    documented = set(SETTING.findall(readme()))

    assert settings_in_code() - documented == set(), "settings that README does not name"
    assert documented - settings_in_code() == set(), "settings that README names but nothing reads"


def test_the_environment_is_read_in_one_place() -> None:
    readers = [
        path
        for path, source in texts(".py", under=("catalogue",)).items()
        if re.search(r"\bos\.(environ|getenv)\b", source) and path != "catalogue/config.py"
    ]

    assert not readers, f"only catalogue/config.py reads the environment: {readers}"


def test_every_command_is_documented() -> None:
    known = commands(cli)
    missing = {command for command in known if f"`{command}" not in readme() and command not in readme()}

    assert known
    assert not missing, f"commands that README does not name: {sorted(missing)}"


def test_every_command_of_readme_exists() -> None:
    first_words = {command.split()[1] for command in commands(cli)}
    named = set(re.findall(r"`catalogue ([a-z]+)", readme()))

    assert named - first_words == set()


def test_the_two_commands_of_readme_are_targets_of_make() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")

    for target in TARGETS:
        assert re.search(rf"^{target}:.*## ", makefile, re.MULTILINE), f"make {target} is missing"
    assert "make run" in readme()
    assert "make test" in readme()
