"""Coding by people, without Turtle: sheets of facts and of things, written out and taken in, compared and sampled.

- ``cells``, ``sheet``, ``things``: what a cell holds, the coding sheet and the sheet of things as rows,
- ``facts``, ``doubts``: what a row says, and what is odd in it but may be right,
- ``intake``, ``registering``: rows taken in as facts and as things, held against the shapes and the checks first,
- ``handbook``: the workbook with its explanations,
- ``agreement``, ``sampling``: how far two codings agree, and a random sample for a check against the report.
"""
