"""`report.html`: what a run, an evaluation or a prediction did, in one file that opens without a network.

`case` holds what is shown of a patient or image, `page` what a report tells, `words` settings, weights and machine in words,
`object_sizes` the sizes that it tells of, `write` makes the file of `page.html`, `style.css` and `script.js`.
"""

from custom.report.case import Case, chosen, decoded, encoded, thinned
from custom.report.page import Chart, Page, Series
from custom.report.words import machine_in_words, settings_in_words, weights_in_words
from custom.report.write import only_warned, write_report

__all__ = [
    "Case",
    "Chart",
    "Page",
    "Series",
    "chosen",
    "decoded",
    "encoded",
    "machine_in_words",
    "only_warned",
    "settings_in_words",
    "thinned",
    "weights_in_words",
    "write_report",
]
