"""All pages of tickets as one blueprint, which is registered once for each kind."""

from flask import Blueprint

from itsm.tickets import similar_pages, views
from itsm.tickets.bulk import views as bulk
from itsm.tickets.composer import views as composer

pages: Blueprint = views.pages
for part in (bulk.pages, similar_pages.pages, composer.writing):
    pages.register_blueprint(part)
