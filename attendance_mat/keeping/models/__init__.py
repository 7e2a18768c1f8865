"""What the keeping room stores."""

from attendance_mat.keeping.models.inspection import Inspection, InspectionChange, InspectionLook
from attendance_mat.keeping.models.keeping import Archive, DailyFile, Disposal, LegalHold

__all__ = ["Archive", "DailyFile", "Disposal", "Inspection", "InspectionChange", "InspectionLook", "LegalHold"]
