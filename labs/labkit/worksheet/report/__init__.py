"""The report on a class: hand-ins read, checked again from their code, and shown in a table, plots and pages."""

from labkit.worksheet.report.handed import Handed, Result, hand_ins_in
from labkit.worksheet.report.pages import write_pages
from labkit.worksheet.report.rechecked import recheck_all
