from docs import build


def test_every_link_in_the_documentation_leads_somewhere() -> None:
    assert build.broken_links() == []
