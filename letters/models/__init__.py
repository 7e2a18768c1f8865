"""What the letters room keeps: letters with their copies, certified copies, and notices to all families."""

from letters.models.letter import CertifiedCopy, Letter, SentLetter
from letters.models.notice import Notice, NoticeCopy

__all__ = ["CertifiedCopy", "Letter", "Notice", "NoticeCopy", "SentLetter"]
