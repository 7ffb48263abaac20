"""What we know: products and their faults, controlled pages and their blocks, records of fault searches."""

from kb.models.citation import Block, Citation, CitingQuerySet
from kb.models.control import Change, ControlledPage, Significance
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
    ProcedurePage,
)
from kb.models.products import Component, FaultCode, Part, ProductFamily, ProductModel, Symptom, Tool
from kb.models.records import DiagnosisRun
from kb.models.sources import LoadedPiece

__all__ = [
    "Block",
    "BulletinPage",
    "Change",
    "ChapterPage",
    "Citation",
    "CitingQuerySet",
    "Component",
    "ControlledPage",
    "DiagnosisRun",
    "FaqPage",
    "FaultCode",
    "FaultGuidePage",
    "File",
    "HomePage",
    "KnowledgeIndexPage",
    "LoadedPiece",
    "ManualPage",
    "Part",
    "PersonsNeeded",
    "Picture",
    "PictureRendition",
    "ProcedurePage",
    "ProductFamily",
    "ProductModel",
    "Significance",
    "Symptom",
    "Tool",
]
