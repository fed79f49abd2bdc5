"""The last pass over an issued document: PDF/A-3b with what it says about itself, its colours, and the machine-readable copy inside.

Bytes in, bytes out; no clock, no random: the same input gives the same file. Changes no page.
"""

from __future__ import annotations

import hashlib
import io
import uuid
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Final
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from desktop_crm.foundation.paths import resources

COPY_NAME: Final = "quote.json"
PROPOSAL_NAME: Final = "proposal.json"
_PROGRAM: Final = "Desktop CRM"
_CONDITION: Final = "sRGB IEC61966-2.1"

_SHAPES: Final = ((b"\x89PNG", "png", "image/png"), (b"%PDF", "pdf", "application/pdf"), (b"", "jpeg", "image/jpeg"))

pikepdf.settings.set_flate_compression_level(9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file inside the document. `relation`: what it is to the document, in PDF/A-3's words (Source, Data, Supplement)."""

    name: str
    mime: str
    content: bytes
    said: str
    relation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the file says about itself. `made_at`: when the document was issued."""

    title: str
    author: str
    subject: str
    language: str
    made_at: datetime


def copy_and(name: str, copy: str, files: Iterable[tuple[str, bytes]]) -> list[Attachment]:
    """The customer's copy, and the pictures and pages it names by their SHA-256, so that the file can be made again from itself."""
    content = copy.encode()
    said = f"SHA-256 {hashlib.sha256(content).hexdigest()}"
    found = [Attachment(name=name, mime="application/json", content=content, said=said, relation="Source")]
    for digest, held in files:
        kind, mime = next(shape for start, *shape in _SHAPES if held.startswith(start))
        file = f"{digest[:16]}.{kind}"
        found.append(Attachment(name=file, mime=mime, content=held, said=f"SHA-256 {digest}", relation="Supplement"))
    return found


def archived(pdf: bytes, facts: Facts, attachments: Sequence[Attachment], *, conforming: bool = True) -> bytes:
    """The document as PDF/A-3b; without the claim where it holds pages of others, which are not `conforming`."""
    attachments = sorted(attachments, key=_by_name)  # a tree of names is in their order
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for page in document.pages:
            if "/Trans" in page:
                del page["/Trans"]
        root = document.Root
        root.OutputIntents = Array([_output_intent(document)])
        root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        files = [_embedded(document, one, facts.made_at) for one in attachments]
        if files:
            named = [part for one, file in zip(attachments, files, strict=True) for part in (String(one.name), file)]
            root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=Array(named)))
            root.AF = Array(files)
        date = _pdf_date(facts.made_at)
        document.docinfo = document.make_indirect(
            Dictionary(
                Title=String(facts.title),
                Author=String(facts.author),
                Subject=String(facts.subject),
                Creator=String(_PROGRAM),
                Producer=String(_PROGRAM),
                CreationDate=String(date),
                ModDate=String(date),
            )
        )
        told = document.make_stream(_xmp(facts, hashlib.sha256(pdf).digest(), conforming=conforming))
        told.Type, told.Subtype = Name.Metadata, Name.XML
        root.Metadata = told
        target = io.BytesIO()
        document.save(
            target,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            recompress_flate=True,
            force_version="1.7",
            fix_metadata_version=False,
        )
    return target.getvalue()


def _by_name(file: Attachment) -> str:
    return file.name


def _output_intent(document: pikepdf.Pdf) -> pikepdf.Object:
    profile = pikepdf.Stream(document, _profile())
    profile.Filter, profile.N = Name.FlateDecode, 3
    return document.make_indirect(
        Dictionary(
            Type=Name.OutputIntent,
            S=Name.GTS_PDFA1,
            OutputConditionIdentifier=String(_CONDITION),
            Info=String(_CONDITION),
            DestOutputProfile=document.make_indirect(profile),
        )
    )


@cache
def _profile() -> bytes:
    return zlib.compress(resources("colour", "sRGB.icc").read_bytes(), 9)


def _embedded(document: pikepdf.Pdf, file: Attachment, made_at: datetime) -> pikepdf.Object:
    stream = pikepdf.Stream(document, zlib.compress(file.content, 9))
    stream.Filter, stream.Type = Name.FlateDecode, Name.EmbeddedFile
    stream.Subtype = Name(f"/{file.mime}")
    stream.Params = Dictionary(
        Size=len(file.content),
        CheckSum=String(hashlib.md5(file.content, usedforsecurity=False).digest()),
        ModDate=String(_pdf_date(made_at)),
    )
    held = document.make_indirect(stream)
    return document.make_indirect(
        Dictionary(
            Type=Name.Filespec,
            F=String(file.name),
            UF=String(file.name),
            Desc=String(file.said),
            AFRelationship=Name(f"/{file.relation}"),
            EF=Dictionary(F=held, UF=held),
        )
    )


def _pdf_date(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("D:%Y%m%d%H%M%S+00'00'")


def _xmp(facts: Facts, seed: bytes, *, conforming: bool) -> bytes:
    """The packet; the document's id is made of its content."""
    at = moment_text(facts.made_at)
    name = uuid.UUID(bytes=seed[:16], version=5)
    claim = "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>\n" if conforming else ""
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" \
xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" \
xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(facts.title)}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{escape(facts.author)}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{escape(facts.subject)}</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>{facts.language}</rdf:li></rdf:Bag></dc:language>
<xmp:CreatorTool>{_PROGRAM}</xmp:CreatorTool>
<xmp:CreateDate>{at}</xmp:CreateDate><xmp:ModifyDate>{at}</xmp:ModifyDate><xmp:MetadataDate>{at}</xmp:MetadataDate>
<pdf:Producer>{_PROGRAM}</pdf:Producer>
<xmpMM:DocumentID>uuid:{name}</xmpMM:DocumentID>
{claim}</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>""".encode()


def moment_text(moment: datetime) -> str:
    """As XMP writes a moment, in whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")
