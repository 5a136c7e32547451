"""A boot as one page of HTML that is stepped through, and as slides: what a teacher hands out.

Moments are chosen (`choosing`), each is made into tables of plain words (`content`), the tables are kept as
what differs from moment to moment (`packing`), and a page that needs nothing else draws them (`document`).
May use all of model.
"""
