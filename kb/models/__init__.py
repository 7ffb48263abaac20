"""What we know: products and their faults, controlled pages and their blocks, records of fault searches."""

from kb.models.citation import Block, Citation, CitingQuerySet, Link
from kb.models.control import Change, ControlledPage, Frozen, NotSigned
from kb.models.media import File, Picture, PictureRendition
from kb.models.pages import (
    BulletinPage,
    ChapterPage,
    FaqPage,
    FaultGuidePage,
    HomePage,
    KnowledgeIndexPage,
    ManualPage,
    PersonsNeeded,
    PolicyPage,
    ProcedurePage,
)
from kb.models.products import Component, FaultCode, Part, ProductFamily, ProductModel, Symptom, Tool
from kb.models.reading import Acknowledgement, Correction, Opening, Vote
from kb.models.records import DiagnosisRun
from kb.models.signing import (
    Act,
    Deputy,
    DocumentClass,
    DocumentNumber,
    Edition,
    Kind,
    Significance,
    SignOff,
    Submission,
)
from kb.models.sources import LoadedPiece
from kb.models.workflow import SignOffTask

__all__ = [
    "Acknowledgement",
    "Act",
    "Block",
    "BulletinPage",
    "Change",
    "ChapterPage",
    "Citation",
    "CitingQuerySet",
    "Component",
    "ControlledPage",
    "Correction",
    "Deputy",
    "DiagnosisRun",
    "DocumentClass",
    "DocumentNumber",
    "Edition",
    "FaqPage",
    "FaultCode",
    "FaultGuidePage",
    "File",
    "Frozen",
    "HomePage",
    "Kind",
    "KnowledgeIndexPage",
    "Link",
    "LoadedPiece",
    "ManualPage",
    "NotSigned",
    "Opening",
    "Part",
    "PersonsNeeded",
    "Picture",
    "PictureRendition",
    "PolicyPage",
    "ProcedurePage",
    "ProductFamily",
    "ProductModel",
    "SignOff",
    "SignOffTask",
    "Significance",
    "Submission",
    "Symptom",
    "Tool",
    "Vote",
]
