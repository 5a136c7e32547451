"""A boot as one page of HTML that is stepped through, as slides, and as what a terminal showed: what a teacher
hands out.

Moments are chosen (`choosing`), each is made into tables of plain words (`content`), the tables are kept as what
differs from moment to moment (`packing`), and a page that needs nothing else draws them (`document`).  May use
all of model.
"""
