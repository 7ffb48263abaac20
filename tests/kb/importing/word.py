"""Word files as small as they can be, written part by part: what Word itself would open, without Word."""

import io
import zipfile
from xml.sax.saxutils import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_NAMESPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "w": W,
        "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
        "v": "urn:schemas-microsoft-com:vml",
        "o": "urn:schemas-microsoft-com:office:office",
    }.items()
)
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STYLES = {
    "Title": ("Title", ""),
    "1": ("heading 1", '<w:outlineLvl w:val="0"/>'),  # as a Chinese Word calls it
    "2": ("heading 2", '<w:outlineLvl w:val="1"/>'),
    "3": ("heading 3", '<w:outlineLvl w:val="2"/>'),
    "Own": ("一级标题", '<w:outlineLvl w:val="0"/>'),
    "TOC1": ("toc 1", ""),
    "a3": ("List Paragraph", ""),
    "Steps": ("Steps", '<w:numPr><w:numId w:val="1"/></w:numPr>'),
    "Fancy": ("公司样式", ""),
}


def run(text: str, properties: str = "") -> str:
    """A stretch of text; properties such as `<w:b/>`."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def p(*inside: str, style: str = "", properties: str = "") -> str:
    """A paragraph of runs; plain words are made one."""
    runs = "".join(each if each.startswith("<") else run(each) for each in inside)
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{named}{properties}</w:pPr>{runs}</w:p>"


def item(*inside: str, depth: int = 0, number: int = 1) -> str:
    """An item of a list: 1 and 3 are counted (3 begins anew), 2 has bullets, 4 counts in letters."""
    listed = f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>'
    return p(*inside, style="a3", properties=listed)


def cell(*inside: str, properties: str = "") -> str:
    """A cell of a table."""
    paragraphs = "".join(each if each.startswith(("<w:p>", "<w:tbl>")) else p(each) for each in inside)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraphs}</w:tc>"


def table(*rows: list[str]) -> str:
    """A table; cells that are not written already are made of their words."""
    made = ("".join(each if each.startswith("<w:tc>") else cell(each) for each in row) for row in rows)
    return "<w:tbl><w:tblPr/>" + "".join(f"<w:tr>{row}</w:tr>" for row in made) + "</w:tbl>"


def picture(number: int, description: str = "", link: str = "embed") -> str:
    """A picture in a run: the one of that place among the media, from 1."""
    return (
        f'<w:r><w:drawing><wp:inline><wp:docPr id="{number}" name="x" descr="{escape(description)}"/>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
        f'<pic:blipFill><a:blip r:{link}="rIdImage{number}"/></pic:blipFill></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r>"
    )


def docx(*body: str, media: dict[str, bytes] | None = None, parts: dict[str, str] | None = None) -> bytes:
    """A Word file of these paragraphs and tables; `parts` adds or replaces parts by name."""
    media = media or {}
    relations = [
        _relation(f"rIdImage{number}", "image", name if "//" in name else f"media/{name}")
        for number, name in enumerate(media, start=1)
    ]
    relations += [_relation(f"rId{name}", name, f"{name}.xml") for name in ("styles", "numbering", "footnotes")]
    whole = {
        "[Content_Types].xml": _types(media),
        "_rels/.rels": _relations([_relation("rId1", "officeDocument", "word/document.xml")]),
        "word/document.xml": f"{_XML}<w:document {_NAMESPACES}><w:body>{''.join(body)}</w:body></w:document>",
        "word/styles.xml": _styles(),
        "word/numbering.xml": _numbering(),
        "word/_rels/document.xml.rels": _relations(relations),
    } | (parts or {})
    return zipped(whole | {f"word/media/{name}": data for name, data in media.items() if "//" not in name})


def footnotes(text: str) -> str:
    """A part of footnotes with one of them, of id 2."""
    return f'{_XML}<w:footnotes {_NAMESPACES}><w:footnote w:id="2">{p(text)}</w:footnote></w:footnotes>'


def part(root: str, inside: str) -> str:
    """Another part, such as a header."""
    return f"{_XML}<w:{root} {_NAMESPACES}>{inside}</w:{root}>"


def zipped(members: dict[str, str | bytes]) -> bytes:
    """A zip of these members."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return target.getvalue()


def _relation(id_: str, kind: str, target: str) -> str:
    mode = ' TargetMode="External"' if "//" in target else ""
    return f'<Relationship Id="{id_}" Type="{_RELATION}/{kind}" Target="{target}"{mode}/>'


def _relations(relations: list[str]) -> str:
    namespace = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'{_XML}<Relationships xmlns="{namespace}">{"".join(relations)}</Relationships>'


def _types(media: dict[str, bytes]) -> str:
    endings = {name.rpartition(".")[2] for name in media if "//" not in name}
    defaults = "".join(f'<Default Extension="{ending}" ContentType="image/{ending}"/>' for ending in sorted(endings))
    namespace = "http://schemas.openxmlformats.org/package/2006/content-types"
    return (
        f'{_XML}<Types xmlns="{namespace}"><Default Extension="xml" ContentType="application/xml"/>{defaults}</Types>'
    )


def _styles() -> str:
    made = (
        f'<w:style w:type="paragraph" w:styleId="{id_}"><w:name w:val="{name}"/><w:pPr>{properties}</w:pPr></w:style>'
        for id_, (name, properties) in _STYLES.items()
    )
    return f"{_XML}<w:styles {_NAMESPACES}>{''.join(made)}</w:styles>"


def _numbering() -> str:
    forms = {"0": ["decimal", "lowerLetter", "decimal"], "1": ["bullet"] * 9, "2": ["lowerLetter"] * 9}
    lists = "".join(
        f'<w:abstractNum w:abstractNumId="{id_}">'
        + "".join(
            f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/></w:lvl>'
            for depth, form in enumerate(levels)
        )
        + "</w:abstractNum>"
        for id_, levels in forms.items()
    )
    anew = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    numbers = "".join(
        f'<w:num w:numId="{id_}"><w:abstractNumId w:val="{of}"/>{anew if id_ == 3 else ""}</w:num>'
        for id_, of in ((1, "0"), (2, "1"), (3, "0"), (4, "2"))
    )
    return f"{_XML}<w:numbering {_NAMESPACES}>{lists}{numbers}</w:numbering>"
