"""Templates: all of them compile, name addresses that exist, and hold no script of their own."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template
from django.urls import get_resolver

from tests.house.test_access import route_names

ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATES = ROOT / "templates"
PAGES = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.*"))
URL_TAG = re.compile(r"{%\s*url\s+['\"]([^'\"]+)['\"]")
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*application/json)|\son[a-z]+=|\sstyle=|javascript:",
    re.IGNORECASE,
)
FORBIDDEN_WORDS = ("業者", "下請")


@pytest.mark.parametrize("page", PAGES)
def test_a_template_compiles(page: str) -> None:
    get_template(page)


def test_every_named_address_exists() -> None:
    known = set(route_names(get_resolver()))
    named = {
        (page, name) for page in PAGES for name in URL_TAG.findall((TEMPLATES / page).read_text())
    }

    assert {(page, name) for page, name in named if name not in known} == set()


@pytest.mark.parametrize("page", [one for one in PAGES if one.endswith(".html")])
def test_a_page_holds_no_script_style_or_handler(page: str) -> None:
    """The Content-Security-Policy allows files only."""
    written = re.sub(r"{%.*?%}", "", (TEMPLATES / page).read_text())
    assert INLINE.findall(written) == []


def test_every_hx_request_works_without_scripts() -> None:
    """What asks with hx-get or hx-post is a link or a form that does the same, or only refreshes."""
    bare = []
    for page in PAGES:
        for tag in re.findall(
            r"<[a-z]+[^<>]*\shx-(?:get|post)=[^<>]*>", (TEMPLATES / page).read_text()
        ):
            is_refresh = 'hx-trigger="' in tag
            if not is_refresh and not re.search(r"\s(href|action|formaction|name)=", tag):
                bare.append((page, tag))
    assert bare == []


def test_a_vendor_is_never_called_by_a_word_that_looks_down() -> None:
    sources = [*TEMPLATES.rglob("*.*"), *ROOT.glob("*/**/*.py"), *ROOT.glob("static/js/**/*.js")]
    sources = [
        one
        for one in sources
        if one.relative_to(ROOT).parts[0] not in {"tests", ".venv", "node_modules"}
    ]
    found = {
        one.relative_to(ROOT).as_posix()
        for one in sources
        for word in FORBIDDEN_WORDS
        if word in one.read_text(errors="replace").replace("発行事業者", "")
    }
    assert found == set()


def test_an_address_is_named_in_the_block_that_uses_it() -> None:
    """What one block names is unknown in the next: a link there would lead nowhere."""
    lost = []
    for page in PAGES:
        blocks = re.findall(
            r"{% block \w+ %}(.*?){% endblock %}", (TEMPLATES / page).read_text(), re.DOTALL
        )
        naming = [set(re.findall(r"{% url [^%]*? as (\w+) %}", one)) for one in blocks]
        for name in set().union(*naming):
            lost += [
                (page, name)
                for own, block in zip(naming, blocks, strict=True)
                if name not in own and re.search(rf"\b{name}\b", block)
            ]
    assert lost == []


def test_no_constant_in_a_tag_holds_a_percent_sign() -> None:
    """Django doubles it in `_("10%")`; `{% translate "10%" as words %}` writes it once."""
    doubled = re.compile(r"""_\((?:"[^"]*%[^"]*"|'[^']*%[^']*')\)""")
    found = [page for page in PAGES if doubled.search((TEMPLATES / page).read_text())]

    assert found == []
