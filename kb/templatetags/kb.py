"""What templates need to show knowledge."""

import re
from collections.abc import Iterable
from itertools import count

from django import template
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from wagtail import hooks

from kb import service
from kb.control.screens import screens
from kb.prose import html

register = template.Library()
_HAN = re.compile("[\u4e00-\u9fff]")


@register.filter
def prose(text: str) -> SafeString:
    """Markdown as safe HTML."""
    return html(text or "")


@register.simple_tag(takes_context=True)
def kb_page_aside(context: template.Context, page: object) -> list[SafeString]:
    """What the packages to the right know about a document: each hook gets (request, page) and returns HTML or ""."""
    answers = (hook(context["request"], page) for hook in hooks.get_hooks("kb_page_aside"))
    return [answer for answer in answers if answer]


@register.simple_tag(takes_context=True)
def kb_product_aside(context: template.Context, model: object) -> list[SafeString]:
    """What the packages to the right know about a product: each hook gets (request, model) and returns HTML or ""."""
    answers = (hook(context["request"], model) for hook in hooks.get_hooks("kb_product_aside"))
    return [answer for answer in answers if answer]


@register.simple_tag(takes_context=True)
def control_screens(context: template.Context) -> list[tuple[str, Promise]]:
    """The screens of document control that are open to the person, as (name of the address, label)."""
    return list(screens(context["request"].user))


@register.simple_tag(takes_context=True)
def service_screens(context: template.Context) -> list[tuple[str, Promise]]:
    """The screens of service in the field that are open to the person, as (name of the address, label)."""
    return list(service.screens(context["request"].user))


@register.filter
def counted(blocks: Iterable, kind: str) -> list[dict]:
    """Number the blocks of one kind from 1: [{"block", "kind", "n"}], n None for those of other kinds."""
    numbers = count(1)
    return [
        {"block": block, "kind": block.block_type, "n": next(numbers) if block.block_type == kind else None}
        for block in blocks
    ]


@register.filter
def tongue(text: str) -> str:
    """Return the code of the language that words without one of their own are written in, for a lang attribute."""
    return "zh-hans" if _HAN.search(str(text)) else "en"
