"""Minutes and what makes them, in the administration: how they go, never a word of them."""

from transcripts.glossary_admin import GlossaryTermAdmin
from transcripts.import_admin import ImportAdmin
from transcripts.job_admin import SpeechShareAdmin, TranscriptionAdmin
from transcripts.notice_admin import NoticeAdmin, ReviewerAdmin
from transcripts.share_admin import RecordingShareAdmin
from transcripts.template_admin import ExportTemplateAdmin

__all__ = [
    "ExportTemplateAdmin",
    "GlossaryTermAdmin",
    "ImportAdmin",
    "NoticeAdmin",
    "RecordingShareAdmin",
    "ReviewerAdmin",
    "SpeechShareAdmin",
    "TranscriptionAdmin",
]
