"""The components of every page: one typed function and one small template each, all on `/ui/`."""

from typing import Any
from urllib.parse import urlencode

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField, CheckboxInput, FileInput, Select, Textarea
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from core.domain.refusals import Refusal

register = template.Library()

STATUS = {
    "met": ("success", "●"),
    "near": ("warning", "▲"),
    "improve": ("danger", "▼"),
    "missed": ("danger", "✕"),
    "none": ("neutral", "–"),
}


def _component(template_name: str, /, **context: Any) -> SafeString:
    return SafeString(render_to_string(f"components/{template_name}.html", context).strip())


@register.simple_block_tag
def page_header(content: str, title: str, subtitle: str = "") -> SafeString:
    """The page's title with its actions: {% page_header "KPIツリー" %}buttons{% endpage_header %}."""
    return _component(
        "page_header", title=title, subtitle=subtitle, actions=SafeString(content.strip())
    )


@register.simple_tag
def crumb(label: str, url: str = "") -> SafeString:
    """One step of the breadcrumb inside {% block breadcrumbs %}; the last one has no url."""
    return _component("crumb", label=label, url=url)


@register.simple_block_tag
def card(content: str, title: str = "", note: str = "", id: str = "") -> SafeString:  # noqa: A002
    """A titled section of a page."""
    return _component("card", title=title, note=note, id=id, content=content)


@register.simple_tag
def button(  # every part of a button is optional but the label
    label: str,
    variant: str = "primary",
    type: str = "submit",  # noqa: A002
    name: str = "",
    value: str = "",
    refusal: Refusal | None = None,
    form: str = "",
) -> SafeString:
    """A button; with a refusal it is disabled and says why. Variants: primary secondary danger quiet."""
    return _component(
        "button",
        label=label,
        variant=variant,
        type=type,
        name=name,
        value=value,
        refusal=refusal,
        form=form,
    )


@register.simple_tag
def link_button(
    label: str, url: str, variant: str = "secondary", refusal: Refusal | None = None
) -> SafeString:
    """A link that looks like a button; with a refusal it is text with the reason."""
    return _component("link_button", label=label, url=url, variant=variant, refusal=refusal)


@register.simple_block_tag
def confirm(
    content: str, label: str, title: str, variant: str = "danger", refusal: Refusal | None = None
) -> SafeString:
    """A button that opens a question; the content is the form that does it. Works without scripts."""
    return _component(
        "confirm", label=label, title=title, variant=variant, refusal=refusal, content=content
    )


@register.simple_tag
def form_field(field: BoundField, unit: str = "", hide_label: bool = False) -> SafeString:  # noqa: FBT001, FBT002
    """A field with label, 必須 mark, help, errors and unit."""
    widget = field.field.widget
    kind = "checkbox" if isinstance(widget, CheckboxInput) else "text"
    if isinstance(widget, Textarea):
        kind = "textarea"
    elif isinstance(widget, Select):
        kind = "select"
    elif isinstance(widget, FileInput):
        kind = "file"
    attributes: dict[str, Any] = {}
    described = [f"{field.id_for_label}_help"] if field.help_text else []
    if field.errors:
        described.append(f"{field.id_for_label}_errors")
        attributes["aria-invalid"] = "true"
    if described:
        attributes["aria-describedby"] = " ".join(described)
    return _component(
        "form_field",
        field=field,
        control=field.as_widget(attrs=attributes),
        kind=kind,
        unit=unit,
        hide_label=hide_label,
    )


@register.simple_tag
def form_fields(form: BaseForm) -> SafeString:
    """All visible fields of a form one below the other, with the hidden ones and the summary."""
    parts = [form_errors(form), *(str(one) for one in form.hidden_fields())]
    parts += [form_field(one) for one in form.visible_fields()]
    return mark_safe("".join(parts))  # noqa: S308 - made of components only


@register.simple_tag
def form_errors(form: BaseForm) -> SafeString:
    """What is wrong with the form as a whole, at its top; nothing when all is well."""
    if not form.errors:
        return SafeString("")
    complaints = [
        (field.id_for_label, _with_label(str(field.label), str(error)))
        for field in form
        for error in field.errors
    ]
    return _component("form_errors", form=form, complaints=complaints)


def _with_label(label: str, error: str) -> str:
    return error if label in error else f"{label}：{error}"


@register.simple_block_tag
def table(content: str, caption: str = "", variant: str = "") -> SafeString:
    """A table that scrolls in itself: the content is thead and tbody; numbers have class `num`.

    Variant `cards` turns rows into cards on a phone (cells need data-label), `matrix` keeps the
    first column in sight.
    """
    return _component("table", caption=caption, variant=variant, content=content)


@register.simple_tag
def status(code: str, label: str) -> SafeString:
    """The status of a score, with shape and word: codes met near improve missed none."""
    kind, shape = STATUS.get(code, STATUS["none"])
    return _component("badge", kind=kind, shape=shape, label=label)


@register.simple_tag
def badge(label: str, kind: str = "neutral") -> SafeString:
    """A word in a box; kinds: neutral info success warning danger."""
    return _component("badge", kind=kind, shape="", label=label)


@register.simple_tag
def stat(label: str, value: str, note: str = "") -> SafeString:
    """A number that matters; the value comes with its unit from a filter."""
    return _component("stat", label=label, value=value, note=note)


@register.simple_block_tag
def empty_state(content: str, title: str, text: str = "") -> SafeString:
    """What stands where a list would be, with the next step as content."""
    return _component("empty_state", title=title, text=text, actions=SafeString(content.strip()))


@register.simple_block_tag
def notice(content: str, kind: str = "info", title: str = "") -> SafeString:
    """A remark on the page; kinds: info success warning danger."""
    return _component("notice", kind=kind, title=title, content=content)


@register.simple_block_tag
def toolbar(content: str) -> SafeString:
    """A row of filters or actions above a list."""
    return _component("toolbar", content=content)


@register.simple_block_tag
def definition(content: str, term: str) -> SafeString:
    """One pair inside <dl class="definitions">."""
    return _component("definition", term=term, content=content)


@register.simple_tag
def progress(value: int, maximum: int, label: str) -> SafeString:
    """How far something is."""
    return _component("progress", value=value, maximum=maximum or 1, label=label)


@register.simple_tag
def steps(current: int, *labels: str) -> SafeString:
    """The steps of a wizard; `current` counts from 1."""
    numbered = [(index, label) for index, label in enumerate(labels, start=1)]
    return _component("steps", current=current, steps=numbered)


@register.simple_tag
def copy_field(value: str, label: str) -> SafeString:
    """A text to copy, as a link or a hash."""
    return _component("copy_field", value=value, label=label)


@register.simple_tag(takes_context=True)
def pagination(context: template.Context, page: Page[Any]) -> SafeString:
    """Earlier and later pages; keeps the other parts of the query."""
    request = context.get("request")
    query = request.GET.lists() if isinstance(request, HttpRequest) else []
    kept = [(key, one) for key, values in query if key != "page" for one in values]

    def address(number: int) -> str:
        return "?" + urlencode([*kept, ("page", number)])

    return _component(
        "pagination",
        page=page,
        previous=address(page.previous_page_number()) if page.has_previous() else "",
        following=address(page.next_page_number()) if page.has_next() else "",
        summary=_("%(total)s件中 %(start)s–%(end)s件")
        % {
            "total": f"{page.paginator.count:,}",
            "start": f"{page.start_index():,}",
            "end": f"{page.end_index():,}",
        },
    )


@register.simple_tag
def chart(chart: Any, level: int = 2) -> SafeString:
    """A drawing with its caption and the same numbers as a table (core.charts.Chart).

    `level` is that of its heading: 3 where the drawing stands below a heading of its own.
    """
    return _component("chart", chart=chart, level=level)
