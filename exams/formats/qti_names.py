"""The two spellings of QTI, which say the same. Pure.

2.x: `choiceInteraction maxChoices`, 3.0: `qti-choice-interaction max-choices`. Inside we use that of 2.x for both.
"""

import re
from dataclasses import dataclass

from exams.formats.xml import Node
from kb import prose

TOOL = "Benchbook"
_LONGEST_TITLE = 80
_PREFIX = "qti-"
_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
# What a body may hold that is HTML or belongs to another vocabulary, and is spelled the same in both.
_HTML_TAGS = """
a abbr acronym address article aside audio b bdi bdo big blockquote br caption cite code col colgroup dd del
details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd label li main mark
math nav object ol p param picture pre q rb rp rt rtc ruby s samp section small source span strong sub summary
sup table tbody td tfoot th thead time tr track tt u ul var video wbr
"""
HTML = frozenset(_HTML_TAGS.split())


@dataclass(frozen=True)
class Version:
    """What differs between the versions besides the spelling."""

    number: str
    namespace: str
    schema: str
    templates: str
    ending: str  # of a template's address
    package: str  # namespace of the manifest
    package_schema: str
    package_version: str
    item: str  # type of a resource that is an item
    has_content_body: bool = False

    def tag(self, tag: str) -> str:
        """Return how this version spells an element."""
        return f"{_PREFIX}{dashed(tag)}" if self.has_content_body and tag not in HTML else tag

    def attribute(self, tag: str, name: str) -> str:
        """Return how this version spells an attribute of an element."""
        return dashed(name) if self.has_content_body and tag not in HTML and ":" not in name else name


_IMS = "http://www.imsglobal.org"
_PURL = "https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd"
QTI21 = Version(
    number="2.1",
    namespace=f"{_IMS}/xsd/imsqti_v2p1",
    schema=f"{_IMS}/xsd/qti/qtiv2p1/imsqti_v2p1p2.xsd",
    templates=f"{_IMS}/question/qti_v2p1/rptemplates/",
    ending="",
    package=f"{_IMS}/xsd/imscp_v1p1",
    package_schema="QTIv2.1 Package",
    package_version="1.0.0",
    item="imsqti_item_xmlv2p1",
)
QTI30 = Version(
    number="3.0",
    namespace=f"{_IMS}/xsd/imsqtiasi_v3p0",
    schema=f"{_PURL}/imsqti_asiv3p0_v1p0.xsd",
    templates="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/",
    ending=".xml",
    package=f"{_IMS}/xsd/qti/qtiv3p0/imscp_v1p1",
    package_schema="QTI Package",
    package_version="3.0.0",
    item="imsqti_item_xmlv3p0",
    has_content_body=True,
)


def camel(name: str) -> str:
    """Return a name with dashes in the spelling of 2.x."""
    first, *rest = name.split("-")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)


def dashed(name: str) -> str:
    """Return a name of 2.x with dashes."""
    return re.sub(r"(?<!^)([A-Z])", r"-\1", name).lower()


def spelled(node: Node) -> Node:
    """Return the tree in the spelling of 2.x; the bodies that 3.0 wraps around content are taken away."""
    for each in list(node.walk()):
        if each.tag.startswith(_PREFIX):
            each.tag = camel(each.tag.removeprefix(_PREFIX))
            each.attributes = {
                name if name.startswith(("data-", "aria-")) else camel(name): value
                for name, value in each.attributes.items()
            }
    for each in list(node.walk()):
        each.children = [
            inner
            for child in each.children
            for inner in (child.children if isinstance(child, Node) and child.tag == "contentBody" else [child])
        ]
    return node


def title_of(text: str) -> str:
    """Return the title that we give a question without a name: how it begins."""
    return prose.plain(text)[:_LONGEST_TITLE].strip()
