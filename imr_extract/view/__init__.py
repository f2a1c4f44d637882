"""View: letters as HTML pages that show which words gave which value."""

from imr_extract.view.index import FailedInput
from imr_extract.view.site import View, of_files, of_records, put, view_of, write

__all__ = ["FailedInput", "View", "of_files", "of_records", "put", "view_of", "write"]
