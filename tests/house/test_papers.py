"""The papers at the top of the repository say what is true and keep their form."""

from __future__ import annotations

import re

import pytest

from support.tree import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
PAPERS = sorted([*ROOT.glob("*.md"), *(ROOT / ".github").glob("*.md"), *(ROOT / "tests").rglob("*.md")])
SECTIONS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_the_changelog_starts_with_what_is_not_released_yet() -> None:
    assert re.findall(r"^## (.*)$", CHANGELOG, re.MULTILINE)[0] == "[Unreleased]"


def test_every_release_in_the_changelog_has_a_version_and_a_day() -> None:
    releases = re.findall(r"^## (.*)$", CHANGELOG, re.MULTILINE)[1:]
    assert [each for each in releases if not re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d", each)] == []


def test_the_changelog_uses_only_the_known_sections_and_leaves_none_empty() -> None:
    sections = re.findall(r"^### (.*)\n\n(.?)", CHANGELOG, re.MULTILINE)
    assert {name for name, _ in sections} <= SECTIONS
    assert {first for _, first in sections} == {"-"}


def test_the_readme_names_every_verb_with_the_words_of_help() -> None:
    from llmkeys.cli.verbs import VERBS

    rows = dict(re.findall(r"^\| `([a-z-]+)` \| (.*) \|$", README, re.MULTILINE))
    assert rows == {verb: row.words for verb, row in VERBS.items()}


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.relative_to(ROOT).as_posix())
def test_every_relative_link_leads_to_a_file(paper) -> None:  # type: ignore[no-untyped-def]
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", paper.read_text(encoding="utf-8"))
    assert [each for each in targets if not (paper.parent / each).exists()] == []


def test_the_readme_shows_the_command_that_continuous_integration_runs() -> None:
    assert len(re.findall(r"^python3 .* -m pytest$", README, re.MULTILINE)) == 1


def test_the_readme_links_every_page_of_the_guide() -> None:
    pages = {path.name for path in (ROOT / "tui" / "llmkeys" / "guide").glob("*.md")}
    assert set(re.findall(r"\(tui/llmkeys/guide/([^)]+)\)", README)) == pages


def test_every_action_of_the_workflows_is_pinned_to_a_commit() -> None:
    workflows = "".join(path.read_text(encoding="utf-8") for path in (ROOT / ".github" / "workflows").glob("*.yml"))
    used = re.findall(r"uses: (\S+)(.*)", workflows)
    assert used
    assert [
        name for name, comment in used if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", name) or " # v" not in comment
    ] == []
