"""The documentation says what the program does. ``python -m tests.test_docs`` writes docs/commands.md anew."""

import re
from pathlib import Path

from bot.core.commands import COMMANDS, slots, summary
from bot.core.plan import Power
from bot.core.showing import usage

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/commands.md"
WHO = {
    Power.HELP: "every member",
    Power.ANSWER: "who answers customers",
    Power.SORT: "who sorts cases",
    Power.LEAD: "a lead",
}


def commands_page():
    """Every command with its fields, as the code declares them."""
    lines = [
        "# Commands",
        "",
        "One word, then the case's number, then the rest. `/crisis claim 12` and `claim 12` are the same; `#12` is 12; in a",
        "case's own thread the number may be left out. A command that misses something opens a form. Times are typed like",
        "`2h`, `today`, `tomorrow 12:00`, `fri 17:00`, `24/08 17:00` or ISO, in English, Portuguese, Spanish or Polish.",
        "A text that would be read as more stands in double quotes.",
        "",
    ]
    for command in COMMANDS.values():
        owners = "; the case's owner or a lead" if getattr(command, "is_owners", False) else ""
        lines += [f"## `{usage(command)}`", "", f"{summary(command)} For {WHO[command.power]}{owners}.", ""]
        fields = [slot for slot in slots(command) if slot.name != "case" and not slot.arg.silent]
        if fields:
            lines += ["| field | |", "|---|---|"]
            lines += [
                f"| {slot.name}{'' if slot.arg.required else ' (optional)'} | {slot.arg.help} |" for slot in fields
            ]
            lines.append("")
    return "\n".join(lines)


def test_the_page_of_commands_says_what_the_code_declares():
    assert PAGE.read_text(encoding="utf-8") == commands_page(), "run: python -m tests.test_docs"


def test_every_link_of_the_documentation_leads_somewhere():
    for page in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")):
        for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_the_readmes_two_commands_are_targets():
    made = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^make (\w+)", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE):
        assert f"\n{target}:" in made


def test_every_decision_says_how_it_is_checked():
    for page in ROOT.glob("docs/decisions/*.md"):
        text = page.read_text(encoding="utf-8").casefold()
        for part in ("context", "decision", "consequences", "checks"):
            assert re.search(rf"^(\*\*|## ){part}", text, re.MULTILINE), f"{page.name} lacks {part}"


if __name__ == "__main__":
    PAGE.write_text(commands_page(), encoding="utf-8")
